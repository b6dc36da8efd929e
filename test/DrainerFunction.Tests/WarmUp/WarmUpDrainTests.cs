using DrainerFunction.ApiServer;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.WarmUp;

public sealed class WarmUpDrainTests
{
    // Slow enough for code that is compiled while it runs.
    private const double Rate = 2;

    [Fact]
    public void A_warm_up_drains_its_node_completes_its_hook_and_acknowledges_both_messages()
    {
        var loop = new EventLoop();

        Assert.True(loop.Run(() => FunctionHost.WarmUpAsync("eu-west-1", "node-drainer", Rate, loop, NullLogger.Instance)));
    }

    [Fact]
    public async Task A_warm_up_that_fails_is_a_line_for_developers_and_no_failure_of_the_start()
    {
        var log = new CollectedLog();

        Assert.False(await new WarmUpDrain(TimeProvider.System, log).RunAsync(new Handler(_ => throw new InvalidOperationException("no")), "eu-west-1"));
        Assert.StartsWith("Debug: The warm-up", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warm_up_that_does_not_end_is_left_alone_after_half_a_second_of_the_machine()
    {
        var (time, stopped) = (new FakeTimeProvider(), new TaskCompletionSource());
        var warmUp = new WarmUpDrain(time, NullLogger.Instance).RunAsync(
            new Handler(async stop =>
            {
                stop.Register(stopped.SetResult);
                await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
                return default;
            }),
            "eu-west-1");

        time.Advance(TimeSpan.FromSeconds(WarmUpDrain.Rate / 2));

        Assert.False(await warmUp);
        await stopped.Task;
    }

    [Fact]
    public async Task An_answer_that_names_a_failed_message_is_a_warm_up_that_failed() =>
        Assert.False(await new WarmUpDrain(TimeProvider.System, NullLogger.Instance)
            .RunAsync(new Handler(_ => Task.FromResult<ReadOnlyMemory<byte>>("""{"batchItemFailures":[{"itemIdentifier":"warm-up-0"}]}"""u8.ToArray())), "eu-west-1"));

    private sealed class Handler(Func<CancellationToken, Task<ReadOnlyMemory<byte>>> handle) : IInvocationHandler
    {
        public Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellationToken) => handle(cancellationToken);
    }
}
