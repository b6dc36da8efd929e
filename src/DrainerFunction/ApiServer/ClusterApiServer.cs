using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.ApiServer;

internal sealed class ClusterApiServer : IApiServer
{
    private const string CordonedNodes = "/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue&";

    private readonly ClusterConnection _connection;
    private readonly ClusterRequests _requests;
    private readonly PagedLists _lists;

    public ClusterApiServer(ClusterConnection connection, ConcurrencyLimit lists, TimeProvider time)
    {
        _connection = connection;
        _requests = new(connection, time);
        _lists = new(_requests, lists, connection.Name);
        Reader = new ClusterReader(_requests, _lists, connection.Name);
    }

    public IClusterReader Reader { get; }

    public long RequestsSent => _connection.RequestsSent;

    public long RequestsThrottled => _requests.Throttled;

    public async Task<V1Node?> GetNodeAsync(string nodeName, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Get, Node(nodeName), null, cancellationToken);
        return answer.IsNotFound ? null : answer.As<V1Node>(_connection.Name, $"GET node {nodeName}");
    }

    public async Task<SingleNode> ListNodeAsync(string nodeName, CancellationToken cancellationToken)
    {
        var (nodes, version) = await _lists.ReadAsync<V1NodeList, V1Node>($"{NodeAlone(nodeName)}&", $"LIST node {nodeName}", cancellationToken);
        return new(nodes is [var node, ..] ? node : null, version);
    }

    public IAsyncEnumerable<V1Node> ListNodesAsync(bool cordonedOnly, CancellationToken cancellationToken) =>
        _lists.ItemsAsync<V1NodeList, V1Node>(cordonedOnly ? CordonedNodes : "/api/v1/nodes?", "LIST nodes", cancellationToken);

    public async Task<NodePatchReply> PatchNodeAsync(string nodeName, string strategicMergePatch, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Patch, Node(nodeName), () => Json(strategicMergePatch, "application/strategic-merge-patch+json"), cancellationToken);
        return answer.IsNotFound ? new NodePatchReply.Gone()
            : answer is { Code: HttpStatusCode.Conflict, Status.Admission: null } ? new NodePatchReply.Conflict()
            : new NodePatchReply.Done(answer.As<V1Node>(_connection.Name, $"PATCH node {nodeName}"));
    }

    // Finished pods are not left out by a field selector: one that a finalizer keeps is told of by name.
    public async Task<PodList> ListPodsAsync(string nodeName, CancellationToken cancellationToken)
    {
        var (pods, version) = await _lists.ReadAsync<V1PodList, V1Pod>($"{PodsOf(nodeName)}&", $"LIST pods of node {nodeName}", cancellationToken);
        return new(pods, version);
    }

    public IAsyncEnumerable<WatchEvent<V1Pod>> WatchPodsAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        _requests.WatchAsync<V1Pod>($"{PodsOf(nodeName)}&resourceVersion={Uri.EscapeDataString(resourceVersion)}&", $"WATCH pods of node {nodeName}", cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodeAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) => _requests.WatchAsync<V1Node>(
        $"{NodeAlone(nodeName)}&resourceVersion={Uri.EscapeDataString(resourceVersion)}&", $"WATCH node {nodeName}", cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodesAsync(CancellationToken cancellationToken) => _requests.WatchAsync<V1Node>("/api/v1/nodes?", "WATCH nodes", cancellationToken);

    public async Task<EvictionReply> EvictAsync(PodName pod, TimeSpan? gracePeriod, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Post, $"{Pod(pod)}/eviction", () => Json(EvictionBodies.Eviction(pod, gracePeriod)), cancellationToken);
        return EvictionReply.Of(answer, _connection.Name, "The eviction");
    }

    public async Task<EvictionReply> DeleteAsync(PodName pod, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Delete, Pod(pod), () => Json(EvictionBodies.Deletion(pod, gracePeriod)), cancellationToken);
        return EvictionReply.Of(answer, _connection.Name, "The deletion");
    }

    public async Task<IReadOnlyList<V1PodDisruptionBudget>> ListDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) =>
        (await _lists.ReadAsync<V1PodDisruptionBudgetList, V1PodDisruptionBudget>($"{Budgets(@namespace)}?", $"LIST disruption budgets of {@namespace}", cancellationToken)).Items;

    public IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) =>
        _requests.WatchAsync<V1PodDisruptionBudget>($"{Budgets(@namespace)}?", $"WATCH disruption budgets of {@namespace}", cancellationToken);

    public async Task<string?> GetVolumeOfClaimAsync(string claim, CancellationToken cancellationToken)
    {
        var (space, name) = (claim[..claim.IndexOf('/', StringComparison.Ordinal)], claim[(claim.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return await ReadAsync(
            $"/api/v1/namespaces/{Uri.EscapeDataString(space)}/persistentvolumeclaims/{Uri.EscapeDataString(name)}", $"GET claim {claim}", VolumeNames.VolumeOf, null, cancellationToken);
    }

    public Task<IReadOnlyList<string>> GetVolumeNamesAsync(string persistentVolume, CancellationToken cancellationToken) => ReadAsync(
        $"/api/v1/persistentvolumes/{Uri.EscapeDataString(persistentVolume)}", $"GET persistent volume {persistentVolume}", VolumeNames.Of, [], cancellationToken);

    public async Task CreateEventAsync(Corev1Event @event, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/namespaces/{Uri.EscapeDataString(@event.Metadata.NamespaceProperty)}/events";
        var answer = await _requests.AskAsync(HttpMethod.Post, path, () => Json(ApiServerJson.Write(@event)), cancellationToken);
        if (!answer.IsSuccess)
        {
            throw answer.Refusal(_connection.Name, "POST event");
        }
    }

    private async Task<T> ReadAsync<T>(string path, string question, Func<JsonElement, T> read, T otherwise, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Get, path, null, cancellationToken);
        if (answer.IsNotFound)
        {
            return otherwise;
        }

        if (answer.Code is HttpStatusCode.Forbidden)
        {
            _connection.MayNotReadVolumes();
        }

        using var json = answer.AsJson(_connection.Name, question);
        return read(json.RootElement);
    }

    private static string Node(string nodeName) => $"/api/v1/nodes/{Uri.EscapeDataString(nodeName)}";

    private static string NodeAlone(string nodeName) => $"/api/v1/nodes?fieldSelector={Uri.EscapeDataString($"metadata.name={nodeName}")}";

    private static string Pod(PodName pod) => $"/api/v1/namespaces/{Uri.EscapeDataString(pod.Namespace)}/pods/{Uri.EscapeDataString(pod.Name)}";

    private static string PodsOf(string nodeName) => $"/api/v1/pods?fieldSelector={Uri.EscapeDataString($"spec.nodeName={nodeName}")}";

    private static string Budgets(string @namespace) => $"/apis/policy/v1/namespaces/{Uri.EscapeDataString(@namespace)}/poddisruptionbudgets";

    private static StringContent Json(string body, string type = "application/json") => new(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
}
