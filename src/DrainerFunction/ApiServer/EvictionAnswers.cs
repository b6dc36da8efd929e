using System.Net;

namespace DrainerFunction.ApiServer;

/// <summary>What an answer to an eviction or a delete means. Pure.</summary>
internal static class EvictionAnswers
{
    private const string Unnamed = "the API server";

    /// <exception cref="ApiServerException">Our role may not evict at all.</exception>
    public static EvictionReply Eviction(ApiAnswer answer, string clusterName)
    {
        var status = answer.Status;
        return answer.Code switch
        {
            _ when answer.IsSuccess => new EvictionReply.Accepted(),
            HttpStatusCode.NotFound when answer.IsNotFound => new EvictionReply.Gone(),
            HttpStatusCode.Conflict when status.IsUidConflict => new EvictionReply.Gone(),
            HttpStatusCode.TooManyRequests when status.IsHeldByDisruptionBudget => new EvictionReply.HeldByDisruptionBudget(status.Budget, status.Why, status.RetryAfter),
            HttpStatusCode.InternalServerError when status.IsMoreThanOneBudget => new EvictionReply.HeldByDisruptionBudget(status.Budget, status.Why, status.RetryAfter),
            HttpStatusCode.Forbidden when status.IsBrokenBudget || status.IsHeldByDisruptionBudget => new EvictionReply.HeldByDisruptionBudget(status.Budget, status.Why, status.RetryAfter),
            _ when status.Admission is { } by => new EvictionReply.Refused(by, status.Why, status.RetryAfter),
            HttpStatusCode.TooManyRequests => new EvictionReply.Overloaded(status.RetryAfter),
            HttpStatusCode.Forbidden when status.IsNamespaceTerminating => new EvictionReply.NamespaceTerminating(),
            HttpStatusCode.Forbidden when status.IsDeniedByRbac => throw answer.Refusal(clusterName, "The eviction"),
            _ when IsRefusal(answer) => new EvictionReply.Refused(Unnamed, status.Why, status.RetryAfter),
            _ => new EvictionReply.Failed($"{(int)answer.Code} {status.Why}", status.RetryAfter),
        };
    }

    /// <exception cref="ApiServerException">Our role may not delete pods at all.</exception>
    public static DeletionReply Deletion(ApiAnswer answer, string clusterName)
    {
        var status = answer.Status;
        return answer.Code switch
        {
            _ when answer.IsSuccess => new DeletionReply.Accepted(),
            HttpStatusCode.NotFound when answer.IsNotFound => new DeletionReply.Gone(),
            HttpStatusCode.Conflict when status.IsUidConflict => new DeletionReply.Gone(),
            _ when status.Admission is { } by => new DeletionReply.Refused(by, status.Why, status.RetryAfter),
            HttpStatusCode.TooManyRequests => new DeletionReply.Overloaded(status.RetryAfter),
            HttpStatusCode.Forbidden when status.IsDeniedByRbac => throw answer.Refusal(clusterName, "The delete"),
            _ when IsRefusal(answer) => new DeletionReply.Refused(Unnamed, status.Why, status.RetryAfter),
            _ => new DeletionReply.Failed($"{(int)answer.Code} {status.Why}", status.RetryAfter),
        };
    }

    // 404 without a Status, 408 and 409 on anything but the UID are no denial: they are asked again.
    private static bool IsRefusal(ApiAnswer answer) =>
        (int)answer.Code is >= 400 and < 500 and not (404 or 408 or 409);
}
