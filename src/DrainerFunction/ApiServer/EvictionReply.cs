namespace DrainerFunction.ApiServer;

/// <summary>What the API server answers to an eviction. A closed set.</summary>
/// <remarks>
/// The budget's answers are made in <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/registry/core/pod/storage/eviction.go"/>.
/// </remarks>
internal abstract record EvictionReply
{
    private EvictionReply()
    {
    }

    /// <summary>201: the pod is terminating.</summary>
    public sealed record Accepted : EvictionReply;

    /// <summary>404, or 409 on the UID: this pod is no longer there, whatever now bears its name.</summary>
    /// <remarks>The UID precondition: <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go"/>.</remarks>
    public sealed record Gone : EvictionReply;

    /// <summary>429 with the cause DisruptionBudget, or the 500 that names more than one budget.</summary>
    /// <remarks>429: createTooManyRequestsError, 500: "more than one PodDisruptionBudget", both in <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/registry/core/pod/storage/eviction.go"/>.</remarks>
    /// <param name="Budget">The name of the PodDisruptionBudget, where the answer tells it.</param>
    /// <param name="Why">The server's own words.</param>
    public sealed record HeldByDisruptionBudget(string? Budget, string Why, TimeSpan? RetryAfter) : EvictionReply;

    /// <summary>An admission webhook, or another 4xx, says no.</summary>
    /// <remarks>The webhook's words: <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror.go"/>.</remarks>
    /// <param name="By">The webhook's name, where the answer tells it.</param>
    public sealed record Refused(string By, string Why, TimeSpan? RetryAfter) : EvictionReply;

    /// <summary>429 without a budget behind it: the server asks its clients for fewer requests.</summary>
    /// <remarks>Priority and fairness: <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apiserver/pkg/server/filters/priority-and-fairness.go"/>.</remarks>
    public sealed record Overloaded(TimeSpan? RetryAfter) : EvictionReply;

    /// <summary>403 because the namespace is being terminated: the namespace controller deletes the pod.</summary>
    /// <remarks>An eviction is a creation: <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go"/>.</remarks>
    public sealed record NamespaceTerminating : EvictionReply;

    /// <summary>5xx, or no answer: it may or may not have been done.</summary>
    public sealed record Failed(string Why, TimeSpan? RetryAfter = null) : EvictionReply;
}

/// <summary>What the API server answers to a delete. A closed set.</summary>
internal abstract record DeletionReply
{
    private DeletionReply()
    {
    }

    public sealed record Accepted : DeletionReply;

    public sealed record Gone : DeletionReply;

    public sealed record Refused(string By, string Why, TimeSpan? RetryAfter) : DeletionReply;

    public sealed record Overloaded(TimeSpan? RetryAfter) : DeletionReply;

    public sealed record Failed(string Why, TimeSpan? RetryAfter = null) : DeletionReply;
}
