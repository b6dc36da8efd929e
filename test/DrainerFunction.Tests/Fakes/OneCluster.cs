using DrainerFunction.ApiServer;

namespace DrainerFunction.Fakes;

/// <summary>The rig's cluster under whatever name is asked for.</summary>
internal sealed class OneCluster(ClusterRig rig) : IApiServers
{
    public long RequestsSent => 0;

    public long RequestsThrottled => 0;

    public Task<IApiServer?> ConnectAsync(ClusterName cluster, CancellationToken cancellationToken) => Task.FromResult<IApiServer?>(rig.Api);

    public Task<IClusterReader?> ReadAsync(ClusterName cluster, CancellationToken cancellationToken) => throw new NotSupportedException();
}
