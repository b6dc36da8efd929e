using DrainerFunction.ApiServer;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>Who sends which notice: each is claimed on the node first, so that of many messages and invocations one sends it.</summary>
internal sealed partial class DrainNotices(IWebhook webhook, NodeCordon cordoning, DrainerOptions options, ILogger<DrainNotices> logger)
{
    public bool AreWanted => webhook.IsSet && !options.DryRun;

    /// <summary>The claimant: the chain as it came with the messages, so that their redelivery after a kill sends again.</summary>
    public static string By(IEnumerable<ReceivedInterruption> acting) => Chains.Youngest(acting.Select(received => received.Chain));

    public Task SendStartedAsync(InterruptionContext story, CancellationToken cancellationToken) =>
        webhook.NotifyAsync(new Notice.Started(story.Report, story.Batch.RequestId), cancellationToken);

    /// <summary>Sends the notice of the end, if the drain had one to begin with and nobody else has claimed it.</summary>
    public async Task SendFinishedAsync(InterruptionContext story, CancellationToken cancellationToken)
    {
        if (!AreWanted || story is not { Target: { } target, Node: { } node, Noted.Started: not null } || Notice.OfEnd(story.Report, story.Batch.RequestId) is not { } notice)
        {
            return;
        }

        try
        {
            if (await cordoning.ClaimFinishedAsync(target, node, By(story.Answers), cancellationToken) is FinishedClaim.Ours)
            {
                await webhook.NotifyAsync(notice, cancellationToken);
            }
        }
        catch (ApiServerException refused)
        {
            LogNotClaimed(story.Interrupted.InstanceId, refused.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogNotClaimed(story.Interrupted.InstanceId, "the invocation ended first");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The notice of the end of {InstanceId} was not sent: {Why}")]
    private partial void LogNotClaimed(string instanceId, string why);
}
