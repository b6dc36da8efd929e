using DrainerFunction.ApiServer;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Nodes;

/// <summary>
/// Which instances the nodes of each cluster name, read as a stream. The process reads a cluster's list once in ten seconds,
/// whatever asks: in a storm each message of an instance that has lost its name would read thousands of nodes.
/// </summary>
internal sealed class NodeLists(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(ClusterName Cluster, bool CordonedOnly), (DateTimeOffset Begun, Task<ILookup<string, string>> Names)> _lists = [];

    /// <param name="cordonedOnly">Those that take no new pods; false: all.</param>
    /// <param name="notBefore">A list that was begun before this says nothing of what is asked: then the next one is waited for.</param>
    /// <param name="cancellationToken">Ends the caller's wait, not the list.</param>
    /// <returns>The names of nodes by the instance id in their providerID.</returns>
    public async Task<ILookup<string, string>> ReadAsync(ClusterName cluster, IApiServer apiServer, bool cordonedOnly, DateTimeOffset notBefore, CancellationToken cancellationToken)
    {
        var key = (cluster, cordonedOnly);
        while (true)
        {
            var isKnown = _lists.TryGetValue(key, out var list) && time.GetUtcNow() - list.Begun < Kept;
            if (isKnown && list.Begun < notBefore)
            {
                await Task.Delay(RoundedTime.Milliseconds(list.Begun + Kept - time.GetUtcNow()), time, cancellationToken);
                continue;
            }

            if (!isKnown)
            {
                // No caller's token: it must not end the list for the others.
                list = (time.GetUtcNow(), ListAsync(apiServer, cordonedOnly));
                _lists[key] = list;
            }

            try
            {
                return await list.Names.WaitAsync(cancellationToken);
            }
            catch when (list.Names.IsCompleted && !list.Names.IsCompletedSuccessfully && _lists.TryGetValue(key, out var failed) && failed.Names == list.Names)
            {
                _lists.Remove(key);
                throw;
            }
        }
    }

    private static async Task<ILookup<string, string>> ListAsync(IApiServer apiServer, bool cordonedOnly)
    {
        var names = new List<(string InstanceId, string Name)>();
        await foreach (var node in apiServer.ListNodesAsync(cordonedOnly, CancellationToken.None))
        {
            if (node.InstanceId is { } instanceId)
            {
                names.Add((instanceId, node.Metadata.Name));
            }
        }

        return names.ToLookup(node => node.InstanceId, node => node.Name, StringComparer.Ordinal);
    }
}
