using DrainerFunction.Aws;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>What an interruption writes to: the ports as they are, or read-only where its settings are a dry run. Chosen once an interruption.</summary>
internal sealed class WritePorts(IAwsClients aws, IWebhook webhook)
{
    private readonly WritePortsOfOne _asTheyAre = new(aws, webhook, AreReadOnly: false);
    private readonly WritePortsOfOne _readOnly = new(new ReadOnlyAwsClients(aws), new SilentWebhook(), AreReadOnly: true);

    public WritePortsOfOne For(DrainerOptions settings) => settings.DryRun ? _readOnly : _asTheyAre;
}

/// <param name="AreReadOnly">Nothing reaches the world behind them.</param>
internal sealed record WritePortsOfOne(IAwsClients Aws, IWebhook Webhook, bool AreReadOnly)
{
    /// <summary>The same node, at a cluster that is written to only if it may be.</summary>
    public TargetNode Of(TargetNode target) => AreReadOnly ? target with { ApiServer = new ApiServer.ReadOnlyApiServer(target.ApiServer) } : target;

    public Resolution Of(Resolution resolution) => resolution switch
    {
        Resolution.Found found => found with { Target = Of(found.Target) },
        Resolution.ChangeClosed closed => closed with { Target = Of(closed.Target) },
        _ => resolution,
    };
}
