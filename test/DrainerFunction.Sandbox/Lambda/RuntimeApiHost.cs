using System.Text;
using System.Text.Json;
using DrainerFunction.Sandbox.World;
using Microsoft.AspNetCore.Http;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// The Lambda runtime API of one process, on a port of its own (2018-06-01: next, response, error, init/error).
/// </summary>
internal sealed class RuntimeApiHost(SimulatedWorld world, FunctionSettings function) : IAsyncDisposable
{
    private const string Root = "/2018-06-01/runtime/";
    private const int LargestAnswer = 6 * 1024 * 1024;
    private LoopbackServer? _server;
    private TaskCompletionSource<Invocation> _next = NewNext();
    private Invocation? _handed;

    /// <summary>The value of AWS_LAMBDA_RUNTIME_API.</summary>
    public string Address => $"127.0.0.1:{_server!.Port}";

    /// <summary>Under the gate: the program asked for an invocation for the first time.</summary>
    public Action? CameUp { get; set; }

    /// <summary>Under the gate: the program has nothing to do; Lambda freezes it now.</summary>
    public Action? WentIdle { get; set; }

    /// <summary>Under the gate, before an event is handed over: Lambda thaws it.</summary>
    public Action? Woken { get; set; }

    /// <summary>Under the gate, before an answer counts.</summary>
    public Action? Answering { get; set; }

    /// <summary>Under the gate: the program says that it cannot start.</summary>
    public Action<string>? InitFailed { get; set; }

    public async Task Start(CancellationToken cancellationToken) =>
        _server = await LoopbackServer.Start(Answer, 0, cancellationToken);

    /// <summary>Under the gate. The program gets it with its next GET next, or with the one that hangs.</summary>
    public void Offer(Invocation invocation)
    {
        Woken?.Invoke();
        _next.SetResult(invocation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var parts = path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..].Split('/') : [];
        return (context.Request.Method, parts) switch
        {
            ("GET", ["invocation", "next"]) => Next(context),
            ("POST", ["invocation", var id, "response"]) => End(context, id, body => new InvocationEnd.Response(body)),
            ("POST", ["invocation", var id, "error"]) => End(context, id, body => new InvocationEnd.FunctionError(ErrorType(context), body)),
            ("POST", ["init", "error"]) => FailInit(context),
            _ => Write(context, 404, """{"errorType":"NotFound","errorMessage":"No such runtime API path"}"""),
        };
    }

    private async Task Next(HttpContext context)
    {
        Task<Invocation> waiting;
        lock (world.Gate)
        {
            _handed?.End(new InvocationEnd.Crashed("it asked for the next invocation without answering this one"));
            _handed = null;
            CameUp?.Invoke();
            CameUp = null;
            waiting = _next.Task;
            if (!waiting.IsCompleted)
            {
                WentIdle?.Invoke();
            }
        }

        var invocation = await waiting.WaitAsync(context.RequestAborted);
        DateTimeOffset deadline;
        lock (world.Gate)
        {
            _next = NewNext();
            _handed = invocation;
            deadline = invocation.Begin();
        }

        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] = deadline.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Trace-Id"] = invocation.Trace.ToString();
        headers["Lambda-Runtime-Invoked-Function-Arn"] = function.Arn;
        await Write(context, 200, invocation.Payload);
    }

    private async Task End(HttpContext context, string requestId, Func<string, InvocationEnd> end)
    {
        var body = await ReadBody(context);
        var (status, answer) = Accept(requestId, body, end);
        await Write(context, status, answer);
    }

    private (int Status, string Answer) Accept(string requestId, string body, Func<string, InvocationEnd> end)
    {
        lock (world.Gate)
        {
            if (_handed?.RequestId != requestId)
            {
                return (400, """{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}""");
            }

            Answering?.Invoke();
            var tooLarge = Encoding.UTF8.GetByteCount(body) > LargestAnswer;
            _handed.End(tooLarge ? new InvocationEnd.FunctionError("Function.ResponseSizeTooLarge", body) : end(body));
            _handed = null;
            return tooLarge
                ? (413, """{"errorType":"RequestEntityTooLarge","errorMessage":"Exceeded maximum allowed payload size (6291556 bytes)."}""")
                : (202, """{"status":"OK"}""");
        }
    }

    private async Task FailInit(HttpContext context)
    {
        var body = await ReadBody(context);
        lock (world.Gate)
        {
            InitFailed?.Invoke(Message(body));
        }

        await Write(context, 202, """{"status":"OK"}""");
    }

    private static string ErrorType(HttpContext context) =>
        context.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString() is { Length: > 0 } type ? type : "Unhandled";

    private static string Message(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("errorMessage").GetString() ?? body;
        }
        catch (Exception notTheUsualShape) when (notTheUsualShape is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body;
        }
    }

    private static async Task<string> ReadBody(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }

    private static async Task Write(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static TaskCompletionSource<Invocation> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
