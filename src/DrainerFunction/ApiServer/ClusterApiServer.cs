using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using k8s.Models;

namespace DrainerFunction.ApiServer;

internal sealed class ClusterApiServer(ClusterConnection connection, TimeProvider time) : IApiServer
{
    private const int PageSize = 500;

    private readonly ClusterRequests _requests = new(connection, time);

    public long RequestsSent => connection.RequestsSent;

    public long RequestsThrottled => _requests.Throttled;

    public async Task<V1Node?> GetNodeAsync(string nodeName, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Get, Node(nodeName), null, cancellationToken);
        return answer.IsNotFound ? null : answer.As<V1Node>(connection.Name, $"GET node {nodeName}");
    }

    public async IAsyncEnumerable<V1Node> ListNodesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var page = (await _requests.AskAsync(HttpMethod.Get, Page("/api/v1/nodes?", next), null, cancellationToken)).As<V1NodeList>(connection.Name, "LIST nodes");
            foreach (var node in page.Items ?? [])
            {
                yield return node;
            }

            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
    }

    public async Task<NodePatchReply> PatchNodeAsync(string nodeName, string strategicMergePatch, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Patch, Node(nodeName), () => Json(strategicMergePatch, "application/strategic-merge-patch+json"), cancellationToken);
        return answer.IsNotFound ? new NodePatchReply.Gone()
            : answer.Code is HttpStatusCode.Conflict ? new NodePatchReply.Conflict()
            : new NodePatchReply.Done(answer.As<V1Node>(connection.Name, $"PATCH node {nodeName}"));
    }

    public async Task<PodList> ListPodsAsync(string nodeName, CancellationToken cancellationToken)
    {
        List<V1Pod> pods = [];
        string? next = null;
        while (true)
        {
            var answer = await _requests.AskAsync(HttpMethod.Get, Page($"{PodsOf(nodeName)}&", next), null, cancellationToken);
            if (answer.Code is HttpStatusCode.Gone && next is not null)
            {
                // The pages were read too slowly for the server to keep their version.
                (pods, next) = ([], null);
                continue;
            }

            var page = answer.As<V1PodList>(connection.Name, $"LIST pods of node {nodeName}");
            pods.AddRange(page.Items ?? []);
            next = page.Metadata?.ContinueProperty;
            if (string.IsNullOrEmpty(next))
            {
                return new(pods, page.Metadata?.ResourceVersion ?? "");
            }
        }
    }

    public IAsyncEnumerable<WatchEvent<V1Pod>> WatchPodsAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        _requests.WatchAsync<V1Pod>($"{PodsOf(nodeName)}&resourceVersion={Uri.EscapeDataString(resourceVersion)}&", $"WATCH pods of node {nodeName}", cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodeAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) => _requests.WatchAsync<V1Node>(
        $"/api/v1/nodes?fieldSelector={Uri.EscapeDataString($"metadata.name={nodeName}")}&resourceVersion={Uri.EscapeDataString(resourceVersion)}&",
        $"WATCH node {nodeName}",
        cancellationToken);

    public async Task<EvictionReply> EvictAsync(PodName pod, TimeSpan? gracePeriod, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _requests.AskAsync(HttpMethod.Post, $"{Pod(pod)}/eviction", () => Json(PodRequests.Eviction(pod, gracePeriod)), cancellationToken);
            return Replies.Eviction(answer, connection.Name);
        }
        catch (ApiServerException unanswered) when (unanswered.Refusal is ApiServerRefusal.Unreachable)
        {
            return new EvictionReply.Failed(unanswered.Message);
        }
    }

    public async Task<DeletionReply> DeleteAsync(PodName pod, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _requests.AskAsync(HttpMethod.Delete, Pod(pod), () => Json(PodRequests.Deletion(pod, gracePeriod)), cancellationToken);
            return Replies.Deletion(answer, connection.Name);
        }
        catch (ApiServerException unanswered) when (unanswered.Refusal is ApiServerRefusal.Unreachable)
        {
            return new DeletionReply.Failed(unanswered.Message);
        }
    }

    public async Task<IReadOnlyList<V1PodDisruptionBudget>> ListDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken)
    {
        var answer = await _requests.AskAsync(HttpMethod.Get, Budgets(@namespace), null, cancellationToken);
        return [.. answer.As<V1PodDisruptionBudgetList>(connection.Name, $"LIST disruption budgets of {@namespace}").Items ?? []];
    }

    public IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) =>
        _requests.WatchAsync<V1PodDisruptionBudget>($"{Budgets(@namespace)}?", $"WATCH disruption budgets of {@namespace}", cancellationToken);

    public async Task CreateEventAsync(Corev1Event @event, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/namespaces/{Uri.EscapeDataString(@event.Metadata.NamespaceProperty)}/events";
        var answer = await _requests.AskAsync(HttpMethod.Post, path, () => Json(ApiServerJson.Write(@event)), cancellationToken);
        if (!answer.IsSuccess)
        {
            throw answer.Refusal(connection.Name, "POST event");
        }
    }

    private static string Node(string nodeName) => $"/api/v1/nodes/{Uri.EscapeDataString(nodeName)}";

    private static string Pod(PodName pod) => $"/api/v1/namespaces/{Uri.EscapeDataString(pod.Namespace)}/pods/{Uri.EscapeDataString(pod.Name)}";

    private static string PodsOf(string nodeName) => $"/api/v1/pods?fieldSelector={Uri.EscapeDataString($"spec.nodeName={nodeName}")}";

    private static string Budgets(string @namespace) => $"/apis/policy/v1/namespaces/{Uri.EscapeDataString(@namespace)}/poddisruptionbudgets";

    private static string Page(string list, string? next) =>
        string.IsNullOrEmpty(next) ? $"{list}limit={PageSize}" : $"{list}limit={PageSize}&continue={Uri.EscapeDataString(next)}";

    private static StringContent Json(string body, string type = "application/json") => new(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
}
