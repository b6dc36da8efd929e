using System.Net;

namespace DrainerFunction.ApiServer;

/// <summary>What the API server says about a pod when it is asked to evict or to delete it. A closed set; budgets and namespaces stand in the way of evictions only.</summary>
/// <remarks>
/// The budget's answers are made in <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/registry/core/pod/storage/eviction.go"/>.
/// </remarks>
internal abstract record EvictionReply
{
    private EvictionReply() { }

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

    /// <summary>403 because the namespace is being terminated: the namespace controller deletes the pod.</summary>
    /// <remarks>An eviction is a creation: <see href="https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go"/>.</remarks>
    public sealed record NamespaceTerminating : EvictionReply;

    /// <param name="question">What was asked for, where it fails.</param>
    /// <exception cref="ApiServerException">It says nothing about the pod: the function's role may not do this at all, the server asks its clients for fewer requests, or it failed.</exception>
    public static EvictionReply Of(ApiAnswer answer, string clusterName, string question)
    {
        var status = answer.Status;
        return answer.Code switch
        {
            _ when answer.IsSuccess => new Accepted(),
            HttpStatusCode.NotFound when answer.IsNotFound => new Gone(),
            HttpStatusCode.Conflict when status.IsUidConflict => new Gone(),
            HttpStatusCode.TooManyRequests when status.IsHeldByDisruptionBudget => new HeldByDisruptionBudget(status.Budget, status.Why, status.RetryAfter),
            HttpStatusCode.InternalServerError when status.IsMoreThanOneBudget => new HeldByDisruptionBudget(status.Budget, status.Why, status.RetryAfter),
            HttpStatusCode.Forbidden when status.IsBrokenBudget || status.IsHeldByDisruptionBudget => new HeldByDisruptionBudget(status.Budget, status.Why, status.RetryAfter),
            _ when status.Admission is { } by => new Refused(by, status.Why, status.RetryAfter),
            HttpStatusCode.Forbidden when status.IsNamespaceTerminating => new NamespaceTerminating(),
            _ when IsRefusal(answer) && !status.IsDeniedByRbac => new Refused("the API server", status.Why, status.RetryAfter),
            _ => throw answer.Refusal(clusterName, question),
        };
    }

    // 404 without a Status, 408 and 409 on anything but the UID are no denial: they are asked again.
    private static bool IsRefusal(ApiAnswer answer) =>
        (int)answer.Code is >= 400 and < 500 and not (404 or 408 or 409 or 429);
}
