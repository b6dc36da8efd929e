// Over 150 lines: the five calls of the runtime API and the loop over them.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Runtime;

/// <summary>
/// Lambda's runtime API, version 2018-06-01: asks for an invocation, answers it, asks for the next. Between the two the
/// process is frozen, for seconds or for hours.
/// </summary>
internal sealed partial class LambdaRuntime(string endpoint, HttpMessageHandler http, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan UnknownDeadline = TimeSpan.FromSeconds(3);

    private readonly string _root = $"http://{endpoint}/2018-06-01/runtime";

    // An invoker, not a client: it has no timeout of its own, and asking for the next invocation may take hours.
    private readonly HttpMessageInvoker _http = new(http);

    /// <summary>One connection kept alive; the runtime API is on this machine, so no proxy is asked.</summary>
    public static SocketsHttpHandler Connection() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = 1,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        ActivityHeadersPropagator = null,
    };

    /// <summary>Handles invocations until the process is told to stop.</summary>
    /// <returns>The exit code: 0 when told to stop, 1 when the runtime API gave the process up.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever the handler throws is Lambda's to know; the loop goes on.")]
    public async Task<int> RunAsync(IInvocationHandler handler, CancellationToken stop)
    {
        while (await NextAsync(stop) is { } invocation)
        {
            using var _ = logger.BeginScope(new KeyValuePair<string, object?>[] { new("requestId", invocation.RequestId) });
            bool lives;
            try
            {
                lives = await AnswerAsync(invocation, await handler.HandleAsync(invocation, stop));
            }
            catch (Exception failure)
            {
                InvocationFailed(failure);
                lives = await ReportAsync($"invocation/{invocation.RequestId}/error", failure);
            }

            if (!lives)
            {
                return 1;
            }
        }

        return stop.IsCancellationRequested ? 0 : 1;
    }

    /// <summary>Tells Lambda why the function cannot start; the process exits with 1 afterwards.</summary>
    public Task ReportInitErrorAsync(Exception failure) => ReportAsync("init/error", failure);

    public void Dispose() => _http.Dispose();

    /// <returns>Null when there will be none: told to stop, or the runtime API is broken.</returns>
    private async Task<Invocation?> NextAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await SendAsync(() => new(HttpMethod.Get, $"{_root}/invocation/next"), stop);
            if (answer.StatusCode is HttpStatusCode.OK && Header(answer, "Lambda-Runtime-Aws-Request-Id") is { Length: > 0 } requestId)
            {
                return await ReadAsync(answer, requestId, stop);
            }

            NoInvocation((int)answer.StatusCode, null);
        }
        catch (HttpRequestException failure)
        {
            NoInvocation(0, failure);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ToldToStop();
        }

        return null;
    }

    private async Task<Invocation> ReadAsync(HttpResponseMessage answer, string requestId, CancellationToken stop)
    {
        // The AWS SDK and X-Ray read it there.
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", Header(answer, "Lambda-Runtime-Trace-Id"));
        return new()
        {
            RequestId = requestId,
            Deadline = Deadline(Header(answer, "Lambda-Runtime-Deadline-Ms")),
            FunctionArn = Header(answer, "Lambda-Runtime-Invoked-Function-Arn") ?? "",
            Payload = await answer.Content.ReadAsByteArrayAsync(stop),
        };
    }

    private DateTimeOffset Deadline(string? milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var since1970)
        && since1970 < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(since1970)
            : time.GetUtcNow() + UnknownDeadline;

    private Task<bool> AnswerAsync(Invocation invocation, ReadOnlyMemory<byte> answer) =>
        PostAsync($"invocation/{invocation.RequestId}/response", answer, errorType: null);

    private Task<bool> ReportAsync(string path, Exception failure) => PostAsync(path, InvocationError.Write(failure), failure.GetType().Name);

    /// <returns>False when Lambda says that this process is lost (500), or no longer listens.</returns>
    private async Task<bool> PostAsync(string path, ReadOnlyMemory<byte> body, string? errorType)
    {
        try
        {
            // Told to stop or not: an answer that is there is given.
            using var answer = await SendAsync(() => Post(path, body, errorType), CancellationToken.None);
            if (!answer.IsSuccessStatusCode)
            {
                NotTaken(path, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(CancellationToken.None));
            }

            return answer.StatusCode is not HttpStatusCode.InternalServerError;
        }
        catch (HttpRequestException failure)
        {
            NotReached(path, failure);
            return false;
        }
    }

    private HttpRequestMessage Post(string path, ReadOnlyMemory<byte> body, string? errorType)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_root}/{path}") { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(errorType is null ? "application/json" : "application/vnd.aws.lambda.error+json");
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
        }

        return request;
    }

    // A connection that died while the process was frozen is found out by the first request on it; the second one gets a new connection.
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> ask, CancellationToken cancellationToken)
    {
        try
        {
            using var request = ask();
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            using var again = ask();
            return await _http.SendAsync(again, cancellationToken);
        }
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    [LoggerMessage(EventId = 110, Level = LogLevel.Error, Message = "The invocation failed. A batch of messages is received again; a direct invocation is not repeated")]
    private partial void InvocationFailed(Exception failure);

    [LoggerMessage(EventId = 111, Level = LogLevel.Critical, Message = "The Lambda runtime API returned no invocation (status {Status}); the process exits and Lambda starts a new one")]
    private partial void NoInvocation(int status, Exception? failure);

    [LoggerMessage(EventId = 112, Level = LogLevel.Error, Message = "The Lambda runtime API rejected {Path} with status {Status}: {Answer}")]
    private partial void NotTaken(string path, int status, string answer);

    [LoggerMessage(EventId = 113, Level = LogLevel.Critical, Message = "The Lambda runtime API could not be reached for {Path}; the process exits and Lambda starts a new one")]
    private partial void NotReached(string path, Exception failure);

    [LoggerMessage(EventId = 114, Level = LogLevel.Information, Message = "Shutdown requested; the process exits")]
    private partial void ToldToStop();
}
