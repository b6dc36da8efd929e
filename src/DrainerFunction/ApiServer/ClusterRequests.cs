// Over 150 lines: the one way of a request, and the three ways in which its answer is read.
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DrainerFunction.Runtime.Scheduling;
using k8s;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Requests to one API server: each is answered, watched to its end, or ends in one kind of exception.</summary>
internal sealed class ClusterRequests(ClusterConnection connection, TimeProvider time)
{
    /// <summary>Until an answer that has begun is there whole. A list of pods comes page by page.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // Priority and fairness holds a request in its queue for a quarter of the server's minute; a client that hangs up sooner stands at the end of the queue again.
    private static readonly TimeSpan LongestInQueue = TimeSpan.FromSeconds(16);

    // The API server waits up to 30 s for one admission webhook; a client that hangs up sooner never gets an answer past it.
    private static readonly TimeSpan LongestWithWebhooks = TimeSpan.FromSeconds(35);

    /// <summary>Answers that asked for fewer requests; an eviction that a disruption budget holds is none.</summary>
    public long Throttled { get; private set; }

    /// <exception cref="ApiServerException">There was no answer, or it broke off.</exception>
    public Task<ApiAnswer> AskAsync(HttpMethod method, string path, Func<HttpContent>? body, CancellationToken cancellationToken) => SendAsync(
        method,
        path,
        body,
        $"{method} {path}",
        async (response, token) =>
        {
            using (response)
            {
                return Count(await ApiAnswer.ReadAsync(response, token));
            }
        },
        cancellationToken);

    /// <summary>One page of a list, read as it comes: what is not needed never lies in memory.</summary>
    /// <returns>The page, or the answer that refuses it.</returns>
    /// <exception cref="ApiServerException">There was no answer, it broke off, or it cannot be read.</exception>
    public Task<(T? Page, ApiAnswer? Refusal)> ReadPageAsync<T>(string path, string question, CancellationToken cancellationToken)
        where T : class => SendAsync<(T?, ApiAnswer?)>(
        HttpMethod.Get,
        path,
        null,
        question,
        async (response, token) =>
        {
            using (response)
            {
                if (!response.IsSuccessStatusCode)
                {
                    return (null, Count(await ApiAnswer.ReadAsync(response, token)));
                }

                await using var stream = await response.Content.ReadAsStreamAsync(token);
                return (await ApiServerJson.ReadAsync<T>(stream, token), null);
            }
        },
        cancellationToken);

    /// <exception cref="ApiServerException">It was refused, or the stream broke off.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(string path, string question, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        using var response = await OpenAsync($"{path}watch=true&allowWatchBookmarks=true", question, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Gone)
        {
            yield return new WatchEvent<T>.Expired();
            yield break;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new LineReader(stream);
        while (await NextLineAsync(lines, question, cancellationToken) is { } line)
        {
            if (WatchLines.Read<T>(line, connection.Name, question) is not { } change)
            {
                yield break;
            }

            yield return change;
            if (change is WatchEvent<T>.Expired)
            {
                yield break;
            }
        }
    }

    /// <returns>A stream that has begun (200), or 410.</returns>
    private Task<HttpResponseMessage> OpenAsync(string path, string question, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Get,
        path,
        null,
        question,
        async (response, token) =>
        {
            if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.Gone)
            {
                return response;
            }

            using (response)
            {
                throw Count(await ApiAnswer.ReadAsync(response, token)).Refusal(connection.Name, question);
            }
        },
        cancellationToken);

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, Func<HttpContent>? body, string question, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var longest = method == HttpMethod.Get ? LongestInQueue : LongestWithWebhooks;
        try
        {
            var response = await time.AnswerWithinAsync(
                longest, token => connection.SendAsync(server => new(method, new Uri(server, path)) { Content = body?.Invoke() }, token), cancellationToken);
            return await time.AnswerWithinAsync(Longest, token => read(response, token), cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw Unanswered($"{question}: no answer within {longest.TotalSeconds:0} s", late);
        }
        catch (JsonException unreadable)
        {
            throw Unanswered($"{question}: the answer cannot be read: {unreadable.Message}", unreadable);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw Unanswered($"{question}: the answer broke off", broken);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> NextLineAsync(LineReader lines, string question, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadAsync(cancellationToken);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw Unanswered($"{question}: the stream broke off", broken);
        }
    }

    private ApiAnswer Count(ApiAnswer answer)
    {
        Throttled += answer.Code is HttpStatusCode.TooManyRequests && answer.Status is { IsHeldByDisruptionBudget: false, Admission: null } ? 1 : 0;
        return answer;
    }

    private ApiServerException Unanswered(string message, Exception cause) =>
        new(ApiServerRefusal.Unreachable, connection.Name, message, cause: cause);
}
