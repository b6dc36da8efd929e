using System.Net;
using System.Text;

namespace DrainerFunction.Fakes;

/// <summary>A server that answers what it was told to, in that order, and remembers what it was asked.</summary>
internal sealed class ScriptedHttp : HttpMessageHandler
{
    private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> _script = [];
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _awaited = int.MaxValue;
    private Action? _then;

    public List<SeenRequest> Seen { get; } = [];

    public void Answer(HttpStatusCode status, string body, params (string Name, string Value)[] headers) => _script.Enqueue(_ =>
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return Task.FromResult(answer);
    });

    public void Answer(HttpContent body) => _script.Enqueue(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = body }));

    public void Answer(HttpStatusCode status, HttpContent body) => _script.Enqueue(_ => Task.FromResult(new HttpResponseMessage(status) { Content = body }));

    public void Fail(Exception failure) => _script.Enqueue(_ => Task.FromException<HttpResponseMessage>(failure));

    public void Hang() => _script.Enqueue(static async stop =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        throw new InvalidOperationException("This wait ends by its token only.");
    });

    /// <summary>What to do when the script is at its end; the request then hangs.</summary>
    public void Then(Action then)
    {
        _then = then;
        Hang();
    }

    /// <summary>Ends when the request of this number, from 1, has come in.</summary>
    public Task WhenAsked(int number)
    {
        _awaited = number;
        return Seen.Count >= number ? Task.CompletedTask : _asked.Task;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Seen.Add(new(
            $"{request.Method} {request.RequestUri!.PathAndQuery}",
            request.RequestUri,
            request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase),
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        if (Seen.Count >= _awaited)
        {
            _asked.TrySetResult();
        }

        if (_script.Count == 0)
        {
            throw new InvalidOperationException($"Nothing was told about {Seen[^1].Line}.");
        }

        var next = _script.Dequeue();
        if (_script.Count == 0)
        {
            _then?.Invoke();
        }

        var answer = await next(cancellationToken);
        answer.RequestMessage = request;
        return answer;
    }
}

internal sealed record SeenRequest(string Line, Uri Uri, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A body whose connection is lost before its end.</summary>
internal sealed class BrokenBody : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new IOException("the connection was reset");

    protected override bool TryComputeLength(out long length)
    {
        length = 100;
        return true;
    }
}
