using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Continuations;

/// <summary>How long and how often one message may send itself on: beyond it something is wrong that no further hop mends.</summary>
internal static class HopLimit
{
    // The first hops of a chain come in quick succession; later each works for an invocation or waits.
    private const int Free = 100;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slack = TimeSpan.FromHours(2);

    /// <returns>Why the message must not go on; null while it may.</returns>
    public static string? Exceeded(Continuation memory, Interruption interruption, DrainerOptions options, DateTimeOffset now)
    {
        var (age, most) = (now - memory.FirstSeen, LifeOf(interruption, options));
        return memory.Attempt > Free + Math.Max(0, age / Pace) ? $"it was forwarded {memory.Attempt} times since {memory.FirstSeen:u}, more often than once in {Pace.TotalSeconds} s"
            : age > most ? $"it has been forwarded since {memory.FirstSeen:u}, beyond every bound of a {interruption.Kind}"
            : null;
    }

    // A scheduled change is waited for from the day on which it was announced, and AWS may put it off again and again: it ends when EC2 lists it no more.
    private static TimeSpan LifeOf(Interruption interruption, DrainerOptions options) => interruption is Interruption.ScheduledChange ? PlausibleInstants.FarthestDate
        : (options.MaxDrainDuration > PlausibleInstants.LongestOrder ? options.MaxDrainDuration : PlausibleInstants.LongestOrder) + Slack;
}
