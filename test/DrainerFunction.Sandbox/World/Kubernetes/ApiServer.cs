using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The API server of one cluster without its transport: synchronous, deterministic, one request at a time under the
/// world's gate. The whole REST semantics are behind <see cref="Handle"/>; sockets only carry it.
/// </summary>
internal sealed class ApiServer
{
    private readonly List<ApiLogEntry> _requests = [];
    private readonly Cluster _cluster;

    public ApiServer(Cluster cluster) => _cluster = cluster;

    /// <summary>Every request that was answered, in order.</summary>
    public IReadOnlyList<ApiLogEntry> Requests => _requests;

    public ApiResponse Handle(ApiRequest request)
    {
        lock (_cluster.World.Gate)
        {
            return new(501, new JsonObject());
        }
    }
}
