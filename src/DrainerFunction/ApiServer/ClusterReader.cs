using System.Runtime.CompilerServices;
using System.Text;
using k8s;
using k8s.Models;

namespace DrainerFunction.ApiServer;

internal sealed class ClusterReader(ClusterRequests requests, PagedLists lists, string clusterName) : IClusterReader
{
    private const int OnAPage = 500;

    public async Task<bool> MayAsync(ClusterRight right, CancellationToken cancellationToken)
    {
        var answer = await requests.AskAsync(
            HttpMethod.Post, AccessReview.Path, () => new StringContent(AccessReview.Of(right), Encoding.UTF8, "application/json"), cancellationToken);
        using var json = answer.AsJson(clusterName, $"Access review of {right}");
        return AccessReview.IsAllowed(json.RootElement);
    }

    public IAsyncEnumerable<V1Node> ListNodesAsync(CancellationToken cancellationToken) =>
        ListAsync<V1NodeList, V1Node>("/api/v1/nodes?", "LIST nodes", list => list.Metadata, list => list.Items, cancellationToken);

    public IAsyncEnumerable<V1Pod> ListPodsAsync(CancellationToken cancellationToken) =>
        ListAsync<V1PodList, V1Pod>("/api/v1/pods?", "LIST pods", list => list.Metadata, list => list.Items, cancellationToken);

    public IAsyncEnumerable<V1PodDisruptionBudget> ListDisruptionBudgetsAsync(CancellationToken cancellationToken) =>
        ListAsync<V1PodDisruptionBudgetList, V1PodDisruptionBudget>("/apis/policy/v1/poddisruptionbudgets?", "LIST disruption budgets", list => list.Metadata, list => list.Items, cancellationToken);

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

    // A list that began anew comes by the same objects again.
    private async IAsyncEnumerable<T> ListAsync<TList, T>(
        string path, string question, Func<TList, V1ListMeta?> metaOf, Func<TList, IList<T>?> itemsOf, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TList : class
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var page in lists.PagesAsync(path, OnAPage, question, metaOf, cancellationToken))
        {
            foreach (var item in (itemsOf(page.List) ?? []).Where(item => told.Add(item.Metadata.Uid ?? item.Metadata.Name)))
            {
                yield return item;
            }
        }
    }
}
