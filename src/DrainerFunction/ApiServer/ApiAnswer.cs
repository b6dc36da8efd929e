using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace DrainerFunction.ApiServer;

/// <summary>An answer that was read to its end.</summary>
internal sealed record ApiAnswer(HttpStatusCode Code, byte[] Body, TimeSpan? RetryAfterHeader)
{
    public bool IsSuccess => (int)Code is >= 200 and < 300;

    public ApiStatus Status => ApiStatus.Read(Body, RetryAfterHeader);

    /// <summary>The API server itself says that there is no such object; a stray 404 of something in between does not count, nor a webhook's.</summary>
    public bool IsNotFound => Code is HttpStatusCode.NotFound && Status is { IsStatus: true, Reason: "NotFound", Admission: null };

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), RetryAfter(response.Headers));

    /// <exception cref="ApiServerException">The answer is a refusal, or cannot be read.</exception>
    public T As<T>(string clusterName, string question) => Read(body => ApiServerJson.Read<T>(body.Span), clusterName, question);

    /// <exception cref="ApiServerException">The answer is a refusal, or cannot be read.</exception>
    public JsonDocument AsJson(string clusterName, string question) => Read(body => JsonDocument.Parse(body), clusterName, question);

    private T Read<T>(Func<ReadOnlyMemory<byte>, T> read, string clusterName, string question)
    {
        if (!IsSuccess)
        {
            throw Refusal(clusterName, question);
        }

        try
        {
            return read(Body);
        }
        catch (JsonException unreadable)
        {
            throw new ApiServerException(ApiServerRefusal.Unreachable, clusterName, $"{question}: the response cannot be read: {unreadable.Message}", cause: unreadable);
        }
    }

    // Gateways may name an instant; the server's own clock makes a length of it.
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers) =>
        headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date is { } until && (headers.Date is { } now) ? until - now : null);

    public ApiServerException Refusal(string clusterName, string question) => Refusal(Code, Status, clusterName, question);

    public static ApiServerException Refusal(HttpStatusCode code, ApiStatus status, string clusterName, string question) => new(
        code switch
        {
            _ when status.Admission is not null => ApiServerRefusal.Denied,
            HttpStatusCode.Unauthorized => ApiServerRefusal.Unauthorized,
            HttpStatusCode.Forbidden => ApiServerRefusal.Forbidden,
            HttpStatusCode.TooManyRequests => ApiServerRefusal.Overloaded,
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity when status.IsStatus => ApiServerRefusal.Denied,
            _ => ApiServerRefusal.Unreachable,
        },
        clusterName,
        $"{question} was answered {$"{(int)code} {status.Reason}".TrimEnd()}: {status.Why}",
        status.RetryAfter)
    {
        By = status.Admission,
    };
}
