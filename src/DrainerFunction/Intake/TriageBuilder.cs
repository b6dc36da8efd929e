using System.Diagnostics;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Intake;

/// <summary>Sorts the records of a batch, one after the other.</summary>
internal sealed class TriageBuilder(AwsScope own, DrainerOptions options, DateTimeOffset now)
{
    public List<ReceivedInterruption> Relevant { get; } = [];

    public List<(SqsRecord Record, string Why)> Ignored { get; } = [];

    public List<(SqsRecord Record, string Why)> Malformed { get; } = [];

    public List<(SqsRecord Record, string Why)> Refused { get; } = [];

    public List<OversizedMessage> Oversized { get; } = [];

    public void Add(SqsRecord record)
    {
        var trust = SenderTrusts.Of(record, options);
        switch (InterruptionDecoder.Decode(record, now, SenderRules.FirstSeen(record, trust, now)))
        {
            case DecodedMessage.CapacityBlock(var warning) when trust >= SenderTrust.Trusted && warning.InstanceIds is not []:
                Add(record, trust, warning.Interruptions);
                break;
            case DecodedMessage.CapacityBlock(var warning):
                // Which instances it concerns is still to be found: one without a name stands for them.
                Add(record, trust, (warning with { InstanceIds = ["none"] }).Interruptions, warning);
                break;
            case DecodedMessage.Relevant(var interruptions):
                Add(record, trust, interruptions);
                break;
            case DecodedMessage.TestNotification(var group):
                Ignored.Add((record, $"Auto Scaling test notification from {group}"));
                break;
            case DecodedMessage.Ignored(var why):
                Ignored.Add((record, why));
                break;
            case DecodedMessage.Malformed(var why):
                Malformed.Add((record, why));
                break;
            case var unknown:
                throw new UnreachableException($"Unknown {unknown}.");
        }
    }

    private void Add(SqsRecord record, SenderTrust trust, IReadOnlyList<Interruption> interruptions, CapacityBlockWarning? block = null)
    {
        var ours = interruptions.Where(interruption => BatchTriage.Objection(interruption, own, options) is null).ToList();
        if (ours is [])
        {
            Ignored.Add((record, BatchTriage.Objection(interruptions[0], own, options)!));
            return;
        }

        var (memory, problem) = SenderRules.MemoryOf(record, trust, ours[0], options, now);
        if (problem is not null)
        {
            Malformed.Add((record, problem));
        }
        else if (SenderRules.RefusalOf(ours[0], trust, memory, now) is { } refusal)
        {
            Refused.Add((record, refusal));
        }
        else if (block is not null || ours.Count > Continuation.MostInstances)
        {
            Oversized.Add(new(ReceivedInterruption.From(ours[0], record, memory, now), block is null ? [.. ours.Select(interruption => interruption.InstanceId)] : []) { Block = block });
        }
        else
        {
            Relevant.AddRange(ours.Select(interruption => ReceivedInterruption.From(interruption, record, memory, now)));
        }
    }
}
