using DrainerFunction.Aws;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>What an interruption writes to: the ports as they are, or read-only where its settings are a dry run. Chosen once an interruption.</summary>
internal sealed class WritePorts(IAwsClients aws, IWebhook webhook)
{
    private readonly InterruptionPorts _asTheyAre = new(aws, webhook, AreReadOnly: false);
    private readonly InterruptionPorts _readOnly = new(new ReadOnlyAwsClients(aws), new SilentWebhook(), AreReadOnly: true);

    public InterruptionPorts For(DrainerOptions settings) => settings.DryRun ? _readOnly : _asTheyAre;
}

/// <summary>The ports of one interruption.</summary>
/// <param name="AreReadOnly">Nothing reaches the world behind them.</param>
internal sealed record InterruptionPorts(IAwsClients Aws, IWebhook Webhook, bool AreReadOnly)
{
    /// <summary>The same resolution, at a cluster that is written to only if it may be.</summary>
    public Resolution Restrict(Resolution resolution) => resolution switch
    {
        Resolution.Found found => found with { Target = Restrict(found.Target) },
        Resolution.ChangeClosed closed => closed with { Target = Restrict(closed.Target) },
        _ => resolution,
    };

    /// <summary>The same node, at a cluster that is written to only if it may be.</summary>
    public TargetNode Restrict(TargetNode target) => AreReadOnly ? target with { ApiServer = new ApiServer.ReadOnlyApiServer(target.ApiServer) } : target;
}
