using DrainerFunction.Intake;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Handling;

/// <summary>How long a message rests before it is looked at again: longer with each hop, up to a minute.</summary>
internal static class HopPace
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <param name="instance">The instance; the message that has hopped most counts.</param>
    /// <param name="first">Before the second look.</param>
    public static TimeSpan After(InterruptedInstance instance, TimeSpan first) => Backoff.After(instance.Received.Max(received => received.Attempt) + 1, first, Longest);
}
