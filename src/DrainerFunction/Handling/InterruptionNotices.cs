using DrainerFunction.ApiServer;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.Webhooks;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>The notices of one interruption in one invocation, each claimed on the node first, for many messages and invocations may tell it: the started one once, whatever is retried; the finished one at its end.</summary>
internal sealed partial class InterruptionNotices(
    InterruptionReport begun, BatchContext batch, IWebhook webhook, NodeCordon cordoning, ILogger<InterruptionNotices> logger)
{
    private Task? _started;

    /// <summary>In whose name a notice is claimed on the node: the chain as it came with the messages, so that their redelivery after a kill sends again.</summary>
    public static string By(IEnumerable<ReceivedInterruption> acting) => Chain.Youngest(acting.Select(received => received.Chain)).Name;

    public bool AreWanted => webhook.IsSet;

    /// <summary>Sends the started notice beside the drain; nothing waits for it before <see cref="EndAsync"/>.</summary>
    public void SendStarted(NodeProgress progress, CancellationToken cancellationToken) =>
        _started ??= webhook.NotifyAsync(new Notice.Started(begun.Of(progress), batch.RequestId), cancellationToken);

    /// <summary>Waits for the started notice, and sends that of the end where <paramref name="isOver"/>, if the drain had one to begin with and it is not claimed by another message.</summary>
    public async Task EndAsync(InterruptionReport report, NodeProgress? progress, bool isOver, CancellationToken cancellationToken) =>
        await Task.WhenAll(_started ?? Task.CompletedTask, isOver && progress is not null ? SendFinishedAsync(report, progress, cancellationToken) : Task.CompletedTask);

    private async Task SendFinishedAsync(InterruptionReport report, NodeProgress progress, CancellationToken cancellationToken)
    {
        if (!AreWanted || progress.Annotation?.Started is null || Notice.OfEnd(report, batch.RequestId) is not { } notice)
        {
            return;
        }

        try
        {
            if (await cordoning.ClaimFinishedAsync(progress.Target, progress.Node, By(progress.Confirmed), cancellationToken))
            {
                await webhook.NotifyAsync(notice, cancellationToken);
            }
        }
        catch (ApiServerException refused)
        {
            LogNotClaimed(report.InstanceId, refused.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogNotClaimed(report.InstanceId, "the invocation ended first");
        }
    }

    [LoggerMessage(EventId = 723, Level = LogLevel.Warning, Message = "Did not send the final notice of {InstanceId}: {Why}")]
    private partial void LogNotClaimed(string instanceId, string why);
}
