using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>
/// What a check asks of one cluster besides a drain's own calls. Nothing is written: an access review is a question. Every call may throw
/// <see cref="ApiServerException"/>.
/// </summary>
internal interface IClusterReader
{
    /// <summary>Whether the function may do this there, by a SelfSubjectAccessReview, which every user may ask for.</summary>
    Task<bool> MayAsync(ClusterRight right, CancellationToken cancellationToken);

    /// <summary>All nodes, page by page.</summary>
    IAsyncEnumerable<V1Node> ListNodesAsync(CancellationToken cancellationToken);

    /// <summary>All pods of the cluster, page by page: what is not kept of a page is forgotten with it.</summary>
    IAsyncEnumerable<V1Pod> ListPodsAsync(CancellationToken cancellationToken);

    /// <summary>All disruption budgets, page by page.</summary>
    IAsyncEnumerable<V1PodDisruptionBudget> ListDisruptionBudgetsAsync(CancellationToken cancellationToken);

    /// <summary>The admission webhooks, validating and mutating.</summary>
    Task<IReadOnlyList<AdmissionWebhook>> ListAdmissionWebhooksAsync(CancellationToken cancellationToken);

    /// <summary>The names of the validating admission policies.</summary>
    Task<IReadOnlyList<string>> ListAdmissionPoliciesAsync(CancellationToken cancellationToken);
}

/// <summary>One verb on one resource.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Resource">With its subresource: <c>pods/eviction</c>.</param>
internal sealed record ClusterRight(string Verb, string Group, string Resource)
{
    public override string ToString() => Group is "" ? $"{Verb} {Resource}" : $"{Verb} {Group}/{Resource}";
}
