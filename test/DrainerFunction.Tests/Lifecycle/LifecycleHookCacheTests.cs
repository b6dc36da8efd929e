using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrainerFunction.Lifecycle;

public sealed class LifecycleHookCacheTests
{
    private static readonly AwsScope Scope = new("123456789012", "eu-west-1");

    [Fact]
    public async Task Whoever_asked_first_may_go_away_and_the_others_still_get_their_answer()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<LifecycleHook>>();
        var slow = new ScriptedAutoScaling { Hooks = () => answer.Task };
        var hooks = new LifecycleHookCache(slow, new(TimeProvider.System), TimeProvider.System, NullLogger<LifecycleHookCache>.Instance);
        using var first = new CancellationTokenSource();
        var gone = hooks.FindAsync(Scope, "workers", "drain", first.Token);
        var waiting = hooks.FindAsync(Scope, "workers", "drain", TestContext.Current.CancellationToken);

        first.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        answer.SetResult([new("drain", LifecycleStates.Terminating, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3000), "CONTINUE")]);

        Assert.Equal(TimeSpan.FromSeconds(30), (await waiting)?.HeartbeatTimeout);
        Assert.Equal(["hooks"], slow.Asked);
    }
}
