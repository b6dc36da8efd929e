using DrainerFunction.Aws;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.ApiServer;

internal sealed class ApiServers(IAwsClients aws, Func<EksCluster, HttpMessageHandler> connect, TimeProvider time, ILogger logger) : IApiServers
{
    // Each may be tens of megabytes on its way through the process.
    private const int ListsAtOnce = 3;

    private readonly Dictionary<ClusterName, ClusterApiServer> _servers = [];
    private readonly Dictionary<ClusterName, SharedTask<ClusterApiServer?>> _connecting = [];
    private readonly ConcurrencyLimit _lists = new(ListsAtOnce);

    public long RequestsSent => _servers.Values.Sum(server => server.RequestsSent);

    public long RequestsThrottled => _servers.Values.Sum(server => server.RequestsThrottled);

    public async Task<IApiServer?> ConnectAsync(ClusterName cluster, CancellationToken cancellationToken) => await FindAsync(cluster, cancellationToken);

    public async Task<IClusterReader?> ReadAsync(ClusterName cluster, CancellationToken cancellationToken) =>
        (await FindAsync(cluster, cancellationToken))?.Reader;

    private async Task<ClusterApiServer?> FindAsync(ClusterName cluster, CancellationToken cancellationToken)
    {
        if (_servers.TryGetValue(cluster, out var known))
        {
            return known;
        }

        if (!_connecting.TryGetValue(cluster, out var connecting))
        {
            _connecting[cluster] = connecting = new(() => DescribeAsync(cluster));
        }

        return await connecting.GetAsync(cancellationToken);
    }

    private async Task<ClusterApiServer?> DescribeAsync(ClusterName cluster)
    {
        try
        {
            var region = aws.In(cluster.Scope);
            return await region.Clusters.DescribeAsync(cluster.Name, CancellationToken.None) is { } described
                ? _servers[cluster] = new(new(cluster, described, region, connect, time, logger), _lists, time)
                : null;
        }
        catch (AwsCallException refused)
        {
            throw ApiServerException.Of(refused, cluster.Name);
        }
    }
}
