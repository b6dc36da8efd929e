using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Batches;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Payloads;
using k8s.Models;

namespace DrainerFunction.Sweeping;

/// <summary>What one sweep has found and done so far.</summary>
/// <param name="messages">Makes the messages that were never sent.</param>
/// <param name="now">One instant for all that is judged.</param>
/// <param name="silence">A chain that was not at its node for so long is dead.</param>
internal sealed class SweepState(SyntheticRecords messages, DateTimeOffset now, TimeSpan silence)
{
    /// <summary>An invocation, the hop to the next one and a death on the way: a chain that was not here for longer is dead.</summary>
    public static readonly TimeSpan BetweenHops = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> _known = [];

    public SyntheticRecords Messages => messages;

    public DateTimeOffset Now => now;

    /// <summary>To be worked on as if they had come by the queue.</summary>
    public List<SqsRecord> Records { get; } = [];

    public List<SweptItem> Done { get; } = [];

    public List<string> NotSeen { get; } = [];

    /// <summary>Nodes whose annotation is not the function's: they are left alone.</summary>
    public List<string> Unread { get; } = [];

    /// <summary>Nodes whose seal confirms no annotation.</summary>
    public List<(TargetNode Target, V1Node Node)> BrokenSeals { get; } = [];

    /// <summary>A chain works on the node, or will within minutes.</summary>
    public bool IsAlive(InterruptionAnnotation? noted) =>
        noted is not null && now - (noted.ChainAt ?? noted.CordonedAt) < (noted.CompleteAt is null ? silence : silence + ContinuationSender.LongestDelay);

    public void Resume(SqsRecord record, InterruptionAnnotation? noted) => Records.Add(messages.Resume(record, noted?.FirstSeen ?? now, noted?.Chain, noted?.CompleteAt));

    /// <summary>As if its message had come when the instance started.</summary>
    public void Begin(SqsRecord record, DateTimeOffset? since) => Records.Add(messages.Resume(record, since ?? now, chain: null, completeAt: null));

    /// <summary>What cannot be asked now is asked by the next sweep, and keeps nothing else from being looked at.</summary>
    public async Task TryAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (AwsCallException refused)
        {
            CouldNotSee(RefusalHints.Sentence(refused));
        }
        catch (ApiServerException refused)
        {
            CouldNotSee(RefusalHints.Sentence(refused));
        }
    }

    /// <summary>The same trouble is said once, however many instances it concerns.</summary>
    public void CouldNotSee(string why)
    {
        if (_known.Add(why))
        {
            NotSeen.Add(why);
        }
    }
}
