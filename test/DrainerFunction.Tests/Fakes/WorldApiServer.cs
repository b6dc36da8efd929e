using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using DrainerFunction.ApiServer;
using DrainerFunction.Rig;
using DrainerFunction.Runtime.Scheduling;
using DrainerFunction.Sandbox.World.Kubernetes;
using k8s;
using k8s.Models;

namespace DrainerFunction.Fakes;

/// <summary>
/// The function's port over the world's cluster. An answer takes some time on the way there and some on the way back,
/// all of it on the caller's event loop: a process that dies between the two never learns what it changed.
/// </summary>
internal sealed class WorldApiServer(Cluster cluster, ApiUser user, TimeProvider loopTime) : IApiServer
{
    private const int PageSize = 500;
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(16);

    /// <summary>Requests that come while it is so get no answer: after a while the function's own adapter gives up.</summary>
    public Func<bool> IsHung { get; init; } = () => false;

    public Pace Pace { get; init; } = Pace.Even;

    public IClusterReader Reader => new WorldReader(this);

    public async Task<V1Node?> GetNodeAsync(string nodeName, CancellationToken cancellationToken)
    {
        var response = await AskAsync("GET", $"/api/v1/nodes/{nodeName}", null, "application/json", cancellationToken);
        return response.Status == 404 ? null : Read<V1Node>(Successful(response).Body!);
    }

    public async Task<SingleNode> ListNodeAsync(string nodeName, CancellationToken cancellationToken)
    {
        var list = Successful(await AskAsync("GET", $"/api/v1/nodes?fieldSelector=metadata.name%3D{nodeName}", null, "application/json", cancellationToken)).Body!;
        return new(list["items"]!.AsArray().Select(node => Read<V1Node>(node!)).FirstOrDefault(), Version(list));
    }

    public async IAsyncEnumerable<V1Node> ListNodesAsync(bool cordonedOnly, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(cordonedOnly ? "/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue&" : "/api/v1/nodes?", cancellationToken))
        {
            foreach (var node in page["items"]!.AsArray())
            {
                yield return Read<V1Node>(node!);
            }
        }
    }

    public async Task<NodePatchReply> PatchNodeAsync(string nodeName, string strategicMergePatch, CancellationToken cancellationToken)
    {
        var response = await AskAsync("PATCH", $"/api/v1/nodes/{nodeName}", JsonNode.Parse(strategicMergePatch), "application/strategic-merge-patch+json", cancellationToken);
        return response.Status switch
        {
            404 => new NodePatchReply.Gone(),
            409 when Answer(response)?.Status.Admission is null => new NodePatchReply.Conflict(),
            _ => new NodePatchReply.Done(Read<V1Node>(Successful(response).Body!)),
        };
    }

    public async Task<PodList> ListPodsAsync(string nodeName, CancellationToken cancellationToken)
    {
        var pods = new List<V1Pod>();
        var version = "";
        await foreach (var page in PagesAsync($"/api/v1/pods?fieldSelector=spec.nodeName%3D{nodeName}&", cancellationToken))
        {
            pods.AddRange(page["items"]!.AsArray().Select(pod => Read<V1Pod>(pod!)));
            version = Version(page);
        }

        return new(pods, version);
    }

    public IAsyncEnumerable<WatchEvent<V1Pod>> WatchPodsAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        WatchAsync<V1Pod>($"/api/v1/pods?fieldSelector=spec.nodeName%3D{nodeName}&resourceVersion={resourceVersion}", cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodeAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) =>
        WatchAsync<V1Node>($"/api/v1/nodes?fieldSelector=metadata.name%3D{nodeName}&resourceVersion={resourceVersion}", cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodesAsync(CancellationToken cancellationToken) => WatchAsync<V1Node>("/api/v1/nodes?", cancellationToken);

    public IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) =>
        WatchAsync<V1PodDisruptionBudget>($"/apis/policy/v1/namespaces/{@namespace}/poddisruptionbudgets?", cancellationToken);

    public Task<EvictionReply> EvictAsync(PodName pod, TimeSpan? gracePeriod, CancellationToken cancellationToken) =>
        EndAsync("POST", $"/api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}/eviction", EvictionBodies.Eviction(pod, gracePeriod), cancellationToken);

    public Task<EvictionReply> DeleteAsync(PodName pod, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        EndAsync("DELETE", $"/api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}", EvictionBodies.Deletion(pod, gracePeriod), cancellationToken);

    public async Task<IReadOnlyList<V1PodDisruptionBudget>> ListDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken)
    {
        var budgets = new List<V1PodDisruptionBudget>();
        await foreach (var page in PagesAsync($"/apis/policy/v1/namespaces/{@namespace}/poddisruptionbudgets?", cancellationToken))
        {
            budgets.AddRange(page["items"]!.AsArray().Select(budget => Read<V1PodDisruptionBudget>(budget!)));
        }

        return budgets;
    }

    public async Task<string?> GetVolumeOfClaimAsync(string claim, CancellationToken cancellationToken) =>
        await ReadAsync($"/api/v1/namespaces/{claim.Replace("/", "/persistentvolumeclaims/", StringComparison.Ordinal)}", VolumeNames.VolumeOf, null, cancellationToken);

    public Task<IReadOnlyList<string>> GetVolumeNamesAsync(string persistentVolume, CancellationToken cancellationToken) =>
        ReadAsync($"/api/v1/persistentvolumes/{persistentVolume}", VolumeNames.Of, [], cancellationToken);

    public async Task CreateEventAsync(Corev1Event @event, CancellationToken cancellationToken) =>
        Successful(await AskAsync(
            "POST", $"/api/v1/namespaces/{@event.Metadata.NamespaceProperty}/events", JsonNode.Parse(KubernetesJson.Serialize(@event)), "application/json", cancellationToken));

    private async Task<T> ReadAsync<T>(string path, Func<System.Text.Json.JsonElement, T> read, T otherwise, CancellationToken cancellationToken)
    {
        var response = await AskAsync("GET", path, null, "application/json", cancellationToken);
        if (response.Status == 404)
        {
            return otherwise;
        }

        using var json = System.Text.Json.JsonDocument.Parse(Successful(response).Body!.ToJsonString());
        return read(json.RootElement);
    }

    private static T Read<T>(JsonNode json) => KubernetesJson.Deserialize<T>(json.ToJsonString());

    private static string Version(JsonNode thing) => thing["metadata"]!["resourceVersion"]!.GetValue<string>();

    private ApiAnswer Answer(ApiResponse response) => response.ConnectionWasLost ? throw new ApiServerException(ApiServerRefusal.Unreachable, cluster.Settings.Name, "the connection was lost") : new(
        (HttpStatusCode)response.Status,
        Encoding.UTF8.GetBytes(response.Text ?? response.Body?.ToJsonString() ?? ""),
        response.Headers.TryGetValue("Retry-After", out var after) ? TimeSpan.FromSeconds(int.Parse(after, CultureInfo.InvariantCulture)) : null);

    private async Task<ApiResponse> AskAsync(string method, string path, JsonNode? body, string contentType, CancellationToken cancellationToken)
    {
        var isHeard = await Pace.RequestAsync(cluster, method, loopTime, cancellationToken);
        if (IsHung())
        {
            await Task.Delay(GivenUpAfter, loopTime, cancellationToken);
            throw new ApiServerException(ApiServerRefusal.Unreachable, cluster.Settings.Name, "no answer within 10 s");
        }

        var request = ApiRequest.To(method, path, user, body, contentType);
        if (!isHeard)
        {
            await Pace.AnswerAsync(loopTime, cancellationToken);
            return ApiRefusal.QueuesAreFull(TimeSpan.FromSeconds(1));
        }

        if (cluster.Api.Seats.Take(user) is { } full)
        {
            await Pace.AnswerAsync(loopTime, cancellationToken);
            return cluster.Api.Note(RequestTarget.Of(request), request, full);
        }

        try
        {
            if (cluster.Api.HoldFor(RequestTarget.Of(request), request) is var hold && hold > TimeSpan.Zero)
            {
                await Task.Delay(hold, loopTime, cancellationToken);
            }

            var response = cluster.Api.Handle(request);
            await Pace.AnswerAsync(loopTime, cancellationToken);
            return response;
        }
        finally
        {
            cluster.Api.Seats.Leave(user);
        }
    }

    private async Task<EvictionReply> EndAsync(string method, string path, string body, CancellationToken cancellationToken) =>
        EvictionReply.Of(Answer(await AskAsync(method, path, JsonNode.Parse(body), "application/json", cancellationToken)), cluster.Settings.Name, method == "POST" ? "The eviction" : "The deletion");

    private ApiResponse Successful(ApiResponse response) => Answer(response) is var answer && answer.IsSuccess ? response : throw answer.Refusal(cluster.Settings.Name, "The request");

    private async IAsyncEnumerable<JsonNode> PagesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var from = next is null ? "" : $"&continue={Uri.EscapeDataString(next)}";
            var page = Successful(await AskAsync("GET", $"{path}limit={PageSize}{from}", null, "application/json", cancellationToken)).Body!;
            next = page["metadata"]!["continue"]?.GetValue<string>();
            yield return page;
        }
        while (!string.IsNullOrEmpty(next));
    }

    private async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var response = Successful(await AskAsync("GET", $"{path}&watch=true&allowWatchBookmarks=true", null, "application/json", cancellationToken));
        using var stream = response.Watch!;
        var told = new AsyncSignal();
        var loop = SynchronizationContext.Current!;
        // The world speaks from wherever it stands, another process's loop included; it is heard on our own.
        stream.Subscribe(() => loop.Post(_ => told.Set(), null));
        while (true)
        {
            told.Reset();
            while (stream.TryRead(out var next))
            {
                Pace.Hear();
                yield return Watched<T>(next);
            }

            if (stream.IsClosed)
            {
                yield break;
            }

            try
            {
                await told.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // Over a socket a watch that is cancelled ends in a later turn of the loop.
                await Task.Yield();
                throw;
            }
        }
    }

    private WatchEvent<T> Watched<T>(WatchEvent next) => next switch
    {
        { Type: "ADDED" or "MODIFIED" } => new WatchEvent<T>.Present(Read<T>(next.Object), Version(next.Object)),
        { Type: "DELETED" } => new WatchEvent<T>.Deleted(Read<T>(next.Object), Version(next.Object)),
        { Type: "BOOKMARK" } => new WatchEvent<T>.Bookmark(Version(next.Object)),
        { Type: "ERROR" } when next.Object["code"]?.GetValue<int>() == 410 => new WatchEvent<T>.Expired(),
        _ => throw new ApiServerException(ApiServerRefusal.Unreachable, cluster.Settings.Name, next.Object.ToJsonString()),
    };

    /// <summary>As the check reads it: of a page only what the function's own reading keeps.</summary>
    private sealed class WorldReader(WorldApiServer server) : IClusterReader
    {
        public async Task<bool> MayAsync(ClusterRight right, CancellationToken cancellationToken)
        {
            var response = await server.AskAsync("POST", AccessReview.Path, JsonNode.Parse(AccessReview.Of(right)), "application/json", cancellationToken);
            return AccessReview.IsAllowed(Element(server.Successful(response).Body!));
        }

        public IAsyncEnumerable<V1Node> ListNodesAsync(CancellationToken cancellationToken) => ListAsync<V1Node>("/api/v1/nodes?", cancellationToken);

        public IAsyncEnumerable<V1Pod> ListPodsAsync(CancellationToken cancellationToken) => ListAsync<V1Pod>("/api/v1/pods?", cancellationToken);

        public IAsyncEnumerable<V1PodDisruptionBudget> ListDisruptionBudgetsAsync(CancellationToken cancellationToken) =>
            ListAsync<V1PodDisruptionBudget>("/apis/policy/v1/poddisruptionbudgets?", cancellationToken);

        public async Task<IReadOnlyList<ApiServer.AdmissionWebhook>> ListAdmissionWebhooksAsync(CancellationToken cancellationToken)
        {
            var hooks = new List<ApiServer.AdmissionWebhook>();
            foreach (var path in ApiServer.AdmissionWebhook.Paths)
            {
                hooks.AddRange(ApiServer.AdmissionWebhook.Read(await GetAsync(path, cancellationToken)));
            }

            return hooks;
        }

        public async Task<IReadOnlyList<string>> ListAdmissionPoliciesAsync(CancellationToken cancellationToken) =>
            ApiServer.AdmissionWebhook.NamesOf(await GetAsync(ApiServer.AdmissionWebhook.Policies, cancellationToken));

        private async Task<System.Text.Json.JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
            Element(server.Successful(await server.AskAsync("GET", path, null, "application/json", cancellationToken)).Body!);

        private async IAsyncEnumerable<T> ListAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var page in server.PagesAsync(path, cancellationToken))
            {
                foreach (var item in page["items"]!.AsArray())
                {
                    yield return ApiServerJson.Read<T>(Encoding.UTF8.GetBytes(item!.ToJsonString()));
                }
            }
        }

        private static System.Text.Json.JsonElement Element(JsonNode json) => System.Text.Json.JsonSerializer.SerializeToElement(json);
    }
}
