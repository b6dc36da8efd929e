using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Intake;

/// <summary>A batch after reading: what concerns instances of the function, merged per instance, and what does not. Pure.</summary>
internal sealed record BatchTriage
{
    /// <summary>The launching ones last, and kept apart from what ends the same instance: they wait for the opposite.</summary>
    public required IReadOnlyList<InterruptedInstance> Instances { get; init; }

    /// <summary>Acknowledged without a call.</summary>
    public required IReadOnlyList<(SqsRecord Record, string Why)> Ignored { get; init; }

    /// <summary>Left to fail, for the dead-letter queue.</summary>
    public required IReadOnlyList<(SqsRecord Record, string Why)> Malformed { get; init; }

    /// <summary>Orders of a sender that may give none, or too old: acknowledged, and the log warns.</summary>
    public required IReadOnlyList<(SqsRecord Record, string Why)> Refused { get; init; }

    /// <summary>What names more instances than one message may, or none but their reservation: it becomes messages of its own.</summary>
    public required IReadOnlyList<OversizedMessage> Oversized { get; init; }

    public static BatchTriage Of(IReadOnlyList<SqsRecord> records, AwsScope own, DrainerOptions options, DateTimeOffset now)
    {
        var builder = new TriageBuilder(own, options, now);
        foreach (var record in records)
        {
            builder.Add(record);
        }

        return new()
        {
            Instances =
            [
                .. Merge(builder.Relevant.Where(received => received.Interruption is not Interruption.Launch)),
                .. Merge(builder.Relevant.Where(received => received.Interruption is Interruption.Launch)),
            ],
            Ignored = builder.Ignored,
            Malformed = builder.Malformed,
            Refused = builder.Refused,
            Oversized = builder.Oversized,
        };
    }

    /// <returns>Why an account or region is none of the function's; null when it is.</returns>
    public static string? Foreign(AwsScope scope, AwsScope own, DrainerOptions options) => scope switch
    {
        _ when !(options.Accounts is [] ? scope.Account == own.Account : options.Accounts.Contains(scope.Account)) => $"account {scope.Account} is not listed in ACCOUNTS",
        _ when !(options.Regions is [] ? scope.Region == own.Region : options.Regions.Contains(scope.Region)) => $"region {scope.Region} is not listed in REGIONS",
        _ => null,
    };

    /// <returns>Why an interruption is none of the function's; null when it is.</returns>
    public static string? Objection(Interruption interruption, AwsScope own, DrainerOptions options) => interruption switch
    {
        _ when Foreign(new(interruption.Account, interruption.Region), own, options) is { } foreign => foreign,
        _ when options.ActionFor(interruption.Kind) is InterruptionAction.Ignore => $"the action for {interruption.Kind} is set to ignore",
        Interruption.Termination { Action.HookName: var hook } when !options.LifecycleHooks.IsOurs(hook) => $"lifecycle hook {hook} does not match LIFECYCLE_HOOKS",
        Interruption.Launch { Action.HookName: var hook } when !options.LifecycleHooks.IsOurs(hook) => $"lifecycle hook {hook} does not match LIFECYCLE_HOOKS",
        _ => null,
    };

    // The most urgent first: their calls are queued before the others'.
    private static IReadOnlyList<InterruptedInstance> Merge(IEnumerable<ReceivedInterruption> received) =>
        [.. received
            .GroupBy(one => (Scope: new AwsScope(one.Interruption.Account, one.Interruption.Region), one.Interruption.InstanceId))
            .Select(instance => new InterruptedInstance(instance.Key.Scope, instance.Key.InstanceId, Newest([.. instance])))
            .OrderBy(instance => instance.Received.Min(one => one.Interruption.Kind.Urgency))];

    // Health repeats itself: the newest word about an event counts, and every message about it is answered with that.
    private static IReadOnlyList<ReceivedInterruption> Newest(IReadOnlyList<ReceivedInterruption> received)
    {
        var newest = ScheduledChanges.Newest(received.Select(one => one.Interruption).OfType<Interruption.ScheduledChange>()).ToDictionary(change => change.Notice.EventArn);
        return [.. received.Select(one => one.Interruption is Interruption.ScheduledChange change ? one with { Interruption = newest[change.Notice.EventArn] } : one)];
    }
}
