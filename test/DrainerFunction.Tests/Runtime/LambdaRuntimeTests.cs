using System.Net;
using System.Text;
using System.Text.Json;
using DrainerFunction.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Runtime;

public sealed class LambdaRuntimeTests : IDisposable
{
    private static readonly DateTimeOffset Deadline = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    private readonly ScriptedHttp _http = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task An_invocation_is_handed_over_whole_and_its_answer_is_posted()
    {
        Next("r-1", "{\"a\":1}");
        Invocation? seen = null;

        await Run(invocation =>
        {
            seen = invocation;
            return "{\"b\":2}"u8.ToArray();
        });

        Assert.NotNull(seen);
        Assert.Equal("r-1", seen.RequestId);
        Assert.Equal(Deadline, seen.Deadline);
        Assert.Equal("arn:aws:lambda:eu-west-1:123456789012:function:drainer", seen.FunctionArn);
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(seen.Payload.Span));
        Assert.Equal("Root=1-2-3", Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID"));
        Assert.Equal("POST /2018-06-01/runtime/invocation/r-1/response", _http.Seen[1].Line);
        Assert.Equal("{\"b\":2}", _http.Seen[1].Body);
    }

    [Fact]
    public async Task What_the_handler_throws_is_reported_with_type_message_and_stack_and_the_loop_goes_on()
    {
        Next("r-1", "{}");
        Next("r-2", "{}");
        var calls = 0;

        await Run(_ => ++calls == 1 ? throw new InvalidOperationException("no Authorization: Bearer k8s-aws-v1.abc today") : "{}"u8.ToArray());

        var report = _http.Seen[1];
        Assert.Equal("POST /2018-06-01/runtime/invocation/r-1/error", report.Line);
        Assert.Equal("InvalidOperationException", report.Headers["Lambda-Runtime-Function-Error-Type"]);
        using var error = JsonDocument.Parse(report.Body);
        Assert.Equal("InvalidOperationException", error.RootElement.GetProperty("errorType").GetString());
        Assert.Equal("no Authorization: ***", error.RootElement.GetProperty("errorMessage").GetString());
        Assert.InRange(error.RootElement.GetProperty("stackTrace").GetArrayLength(), 1, 40);
        Assert.Equal("POST /2018-06-01/runtime/invocation/r-2/response", _http.Seen[3].Line);
    }

    [Fact]
    public async Task An_exception_at_start_is_reported_as_such()
    {
        using var api = Api();
        _http.Answer(HttpStatusCode.Accepted, "");

        await api.ReportInitErrorAsync(new FormatException("ON_TIMEOUT is \"x\""));

        Assert.Equal("POST /2018-06-01/runtime/init/error", _http.Seen[0].Line);
        Assert.Contains("ON_TIMEOUT", _http.Seen[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_error_ends_the_process()
    {
        Next("r-1", "{}", answer: HttpStatusCode.InternalServerError);

        Assert.Equal(1, await Run(_ => "{}"u8.ToArray()));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge)]
    public async Task An_answer_that_is_not_taken_does_not_end_the_process(HttpStatusCode status)
    {
        Next("r-1", "{}", answer: status);
        Next("r-2", "{}");

        Assert.Equal(0, await Run(_ => "{}"u8.ToArray()));
        Assert.Contains("/r-2/response", _http.Seen[^2].Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_died_while_the_process_was_frozen_is_replaced_once()
    {
        _http.Fail(new HttpRequestException("reset"));
        Next("r-1", "{}");

        Assert.Equal(0, await Run(_ => "{}"u8.ToArray()));
    }

    [Fact]
    public async Task A_runtime_api_that_is_gone_ends_the_process()
    {
        _http.Fail(new HttpRequestException("reset"));
        _http.Fail(new HttpRequestException("refused"));

        Assert.Equal(1, await Run(_ => "{}"u8.ToArray()));
    }

    [Fact]
    public async Task A_broken_next_ends_the_process()
    {
        _http.Answer(HttpStatusCode.InternalServerError, "");

        Assert.Equal(1, await Run(_ => "{}"u8.ToArray()));
    }

    [Fact]
    public async Task Told_to_stop_while_it_waits_the_process_ends_well()
    {
        _http.Hang();
        using var api = Api();
        var loop = api.RunAsync(new Handler(_ => "{}"u8.ToArray()), _stop.Token);

        _stop.Cancel();

        Assert.Equal(0, await loop);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    [InlineData("99999999999999999")]
    public async Task A_deadline_that_cannot_be_read_is_near(string? deadline)
    {
        Next("r-1", "{}", deadline: deadline);
        DateTimeOffset? seen = null;

        await Run(invocation =>
        {
            seen = invocation.Deadline;
            return "{}"u8.ToArray();
        });

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(3), seen);
    }

    [Theory]
    [InlineData("128", 80)]
    [InlineData("64", 32)]
    [InlineData("1024", 976)]
    public void The_heap_leaves_room_for_what_lives_beside_it(string memory, long megabytes) =>
        Assert.Equal(megabytes * 1024 * 1024, HeapLimit.For(memory));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("much")]
    public void Without_a_known_memory_the_heap_has_no_limit(string? memory) => Assert.Null(HeapLimit.For(memory));

    private void Next(string id, string payload, string? deadline = "1800000000123", HttpStatusCode answer = HttpStatusCode.Accepted)
    {
        _http.Answer(HttpStatusCode.OK, payload, [
            ("Lambda-Runtime-Aws-Request-Id", id),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:drainer"),
            ("Lambda-Runtime-Trace-Id", "Root=1-2-3"),
            .. deadline is null ? Array.Empty<(string, string)>() : [("Lambda-Runtime-Deadline-Ms", deadline)]]);
        _http.Answer(answer, "");
    }

    // After the last scripted answer the loop is told to stop.
    private async Task<int> Run(Func<Invocation, ReadOnlyMemory<byte>> handle)
    {
        _http.Then(_stop.Cancel);
        using var api = Api();
        return await api.RunAsync(new Handler(handle), _stop.Token);
    }

    private LambdaRuntime Api() => new("127.0.0.1:9001", _http, _time, NullLogger.Instance);

    private sealed class Handler(Func<Invocation, ReadOnlyMemory<byte>> handle) : IInvocationHandler
    {
        public Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellationToken) => Task.FromResult(handle(invocation));
    }
}
