using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Intake;

/// <summary>Everything that one batch holds about one instance. It becomes one drain.</summary>
/// <param name="Scope">The account and region that the events name.</param>
/// <param name="Received">At least one; in the order of the batch.</param>
internal sealed record InterruptedInstance(AwsScope Scope, string InstanceId, IReadOnlyList<ReceivedInterruption> Received)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    public IReadOnlyList<Interruption> Interruptions => [.. Received.Select(received => received.Interruption)];

    /// <summary>What binds it by the messages' own words, as far as they are believed; the times of its hooks are not known here.</summary>
    public Bounds BoundsAt(DateTimeOffset now, DrainerOptions options) =>
        new Bounds([.. Received.Select(received => InterruptionBounds.Of(received.Interruption, received.FirstSeen, options, hookGlobalLimit: null))])
            .At(now, Received.Min(received => received.GoingSince), options.NodeTerminationGracePeriod);

    /// <summary>How long its messages rest before it is looked at again: longer with each hop, up to a minute.</summary>
    /// <param name="first">Before the second look.</param>
    public TimeSpan HopDelay(TimeSpan first) => Backoff.After(Received.Max(received => received.Attempt) + 1, first, LongestDelay);

    public DateTimeOffset FirstSeen => Received.Min(received => received.FirstSeen);
}
