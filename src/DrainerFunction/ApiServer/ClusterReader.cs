using System.Text;
using k8s.Models;

namespace DrainerFunction.ApiServer;

internal sealed class ClusterReader(ClusterRequests requests, PagedLists lists, string clusterName) : IClusterReader
{
    public async Task<bool> MayAsync(ClusterRight right, CancellationToken cancellationToken)
    {
        var answer = await requests.AskAsync(
            HttpMethod.Post, AccessReview.Path, () => new StringContent(AccessReview.Of(right), Encoding.UTF8, "application/json"), cancellationToken);
        using var json = answer.AsJson(clusterName, $"Access review of {right}");
        return AccessReview.IsAllowed(json.RootElement);
    }

    public IAsyncEnumerable<V1Node> ListNodesAsync(CancellationToken cancellationToken) => lists.ItemsAsync<V1NodeList, V1Node>("/api/v1/nodes?", "LIST nodes", cancellationToken);

    public IAsyncEnumerable<V1Pod> ListPodsAsync(CancellationToken cancellationToken) => lists.ItemsAsync<V1PodList, V1Pod>("/api/v1/pods?", "LIST pods", cancellationToken);

    public IAsyncEnumerable<V1PodDisruptionBudget> ListDisruptionBudgetsAsync(CancellationToken cancellationToken) =>
        lists.ItemsAsync<V1PodDisruptionBudgetList, V1PodDisruptionBudget>("/apis/policy/v1/poddisruptionbudgets?", "LIST disruption budgets", cancellationToken);

    public async Task<IReadOnlyList<AdmissionWebhook>> ListAdmissionWebhooksAsync(CancellationToken cancellationToken)
    {
        List<AdmissionWebhook> hooks = [];
        foreach (var path in AdmissionWebhook.Paths)
        {
            var answer = await requests.AskAsync(HttpMethod.Get, path, null, cancellationToken);
            using var json = answer.AsJson(clusterName, $"LIST {path[(path.LastIndexOf('/') + 1)..]}");
            hooks.AddRange(AdmissionWebhook.Read(json.RootElement));
        }

        return hooks;
    }

    public async Task<IReadOnlyList<string>> ListAdmissionPoliciesAsync(CancellationToken cancellationToken)
    {
        var answer = await requests.AskAsync(HttpMethod.Get, AdmissionWebhook.Policies, null, cancellationToken);
        using var json = answer.AsJson(clusterName, "LIST validatingadmissionpolicies");
        return AdmissionWebhook.NamesOf(json.RootElement);
    }
}
