using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>Which of an instance's messages AWS agrees with. While none is agreed with and one is young, it is asked again after 2, 5, 10 and 20 s.</summary>
internal sealed class InterruptionVerifier(DrainerOptions options, TimeProvider time)
{
    /// <exception cref="AwsCallException">AWS could not be asked again.</exception>
    public async Task<(IReadOnlyList<ReceivedInterruption> Confirmed, Verification? Objection, InstanceDescription Latest)> ConfirmAsync(
        InterruptionContext context, InstanceDescription described, CancellationToken cancellationToken)
    {
        var (interrupted, begun) = (context.Instance, time.GetUtcNow());
        foreach (var lookAgainAfter in VerificationRules.LookAgainAfter)
        {
            if (Confirm(interrupted, described) is var confirmed and not ([], Verification.NotYet))
            {
                return (confirmed.Confirmed, confirmed.Objection, described);
            }

            context.Place.Leave();
            var wait = begun + lookAgainAfter - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellationToken);
            described = await context.Batch.Descriptions.LookAgainAsync(interrupted.Scope, interrupted.Interruptions, cancellationToken);
            if (described.GroupRefusal is { } refusal)
            {
                throw refusal;
            }
        }

        var (last, objection) = Confirm(interrupted, described);
        return (last, objection, described);
    }

    private (IReadOnlyList<ReceivedInterruption> Confirmed, Verification? Objection) Confirm(InterruptedInstance interrupted, InstanceDescription described)
    {
        var now = time.GetUtcNow();
        var verified = interrupted.Received.Select(received => (Received: received, Verification: VerificationOf(received, described, now))).ToList();
        return (
            [.. verified.Where(one => one.Verification is Verification.Confirmed).Select(one => WithKnownDate(one.Received, described))],
            verified.Select(one => one.Verification).FirstOrDefault(verification => verification is Verification.NotYet) ?? verified.Select(one => one.Verification).FirstOrDefault(verification => verification is Verification.Refuted));
    }

    // Without an instance there is nothing to drain, verified or not.
    private Verification VerificationOf(ReceivedInterruption received, InstanceDescription described, DateTimeOffset now) =>
        options.VerifyInterruptions || described.Instance is null ? VerificationRules.Of(received.Interruption, described, received.FirstSeen, now, received.WasConfirmed) : new Verification.Confirmed();

    // What DescribeInstanceStatus says of the date outranks what the message remembers.
    private static ReceivedInterruption WithKnownDate(ReceivedInterruption received, InstanceDescription described) => (received.Interruption, described.Scheduled) switch
    {
        (Interruption.ScheduledChange change, { NotBefore: { } notBefore } known) => received with { Interruption = change with { Notice = change.Notice with { StartTime = notBefore, EndTime = known.NotAfter } } },
        _ => received,
    };
}
