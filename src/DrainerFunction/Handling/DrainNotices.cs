using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.Webhooks;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>Which notices are sent, and by which of many messages and invocations: each is claimed on the node first.</summary>
internal sealed class DrainNotices(NodeCordon cordoning, ILogger<DrainNotices> logger)
{
    /// <summary>The claimant: the chain as it came with the messages, so that their redelivery after a kill sends again.</summary>
    public static string By(IEnumerable<ReceivedInterruption> acting) => Chain.Youngest(acting.Select(received => received.Chain)).Name;

    public InterruptionNotices For(InterruptionReport report, BatchContext batch, IWebhook webhook) => new(report, batch, webhook, cordoning, logger);
}
