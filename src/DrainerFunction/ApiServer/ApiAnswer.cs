using System.Net;

namespace DrainerFunction.ApiServer;

/// <summary>An answer that was read to its end.</summary>
internal sealed record ApiAnswer(HttpStatusCode Code, byte[] Body, TimeSpan? RetryAfterHeader)
{
    public bool IsSuccess => (int)Code is >= 200 and < 300;

    public ApiStatus Status => ApiStatus.Read(Body, RetryAfterHeader);

    /// <summary>The API server itself says that there is no such object; a stray 404 of something in between does not count, nor a webhook's.</summary>
    public bool IsNotFound => Code is HttpStatusCode.NotFound && Status is { IsStatus: true, Reason: "NotFound", Admission: null };

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Headers.RetryAfter?.Delta);

    /// <exception cref="ApiServerException">The answer is a refusal, or cannot be read.</exception>
    public T As<T>(string clusterName, string question)
    {
        if (!IsSuccess)
        {
            throw Refusal(clusterName, question);
        }

        try
        {
            return ApiServerJson.Read<T>(Body);
        }
        catch (System.Text.Json.JsonException unreadable)
        {
            throw new ApiServerException(ApiServerRefusal.Unreachable, clusterName, $"{question}: the answer cannot be read: {unreadable.Message}", cause: unreadable);
        }
    }

    public ApiServerException Refusal(string clusterName, string question) => Refusal(Code, Status, clusterName, question);

    public static ApiServerException Refusal(HttpStatusCode code, ApiStatus status, string clusterName, string question) => new(
        code switch
        {
            HttpStatusCode.Unauthorized => ApiServerRefusal.Unauthorized,
            HttpStatusCode.Forbidden => ApiServerRefusal.Forbidden,
            HttpStatusCode.TooManyRequests when status.Admission is null => ApiServerRefusal.Overloaded,
            _ => ApiServerRefusal.Unreachable,
        },
        clusterName,
        $"{question} was answered {(int)code} {status.Reason}: {status.Why}",
        status.RetryAfter);
}
