using DrainerFunction.Aws;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.ApiServer;

internal sealed class ApiServers(IAwsClients aws, Func<EksCluster, HttpMessageHandler> connect, TimeProvider time, ILogger logger) : IApiServers
{
    private readonly Dictionary<ClusterName, Task<ClusterApiServer?>> _servers = [];

    public long RequestsSent => Connected.Sum(server => server.RequestsSent);

    public long RequestsThrottled => Connected.Sum(server => server.RequestsThrottled);

    private IEnumerable<ClusterApiServer> Connected => _servers.Values.Select(connecting => connecting.IsCompletedSuccessfully ? connecting.Result : null).OfType<ClusterApiServer>();

    public async Task<IApiServer?> ConnectAsync(ClusterName cluster, CancellationToken cancellationToken)
    {
        if (!_servers.TryGetValue(cluster, out var connecting) || connecting.IsFaulted || connecting is { IsCompletedSuccessfully: true, Result: null })
        {
            // Nobody's cancellation takes the connection from the others who wait for it; AwsCalls bounds it.
            _servers[cluster] = connecting = DescribeAsync(cluster);
        }

        return await connecting.WaitAsync(cancellationToken);
    }

    private async Task<ClusterApiServer?> DescribeAsync(ClusterName cluster)
    {
        try
        {
            var region = aws.In(cluster.Scope);
            return await region.Clusters.DescribeAsync(cluster.Name, CancellationToken.None) is { } described
                ? new(new(cluster, described, region, connect, time, logger), time)
                : null;
        }
        catch (AwsCallException refused)
        {
            throw refused.AsApiServer(cluster.Name);
        }
    }
}
