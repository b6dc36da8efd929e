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

    [Fact]
    public async Task What_messages_say_of_a_thousand_hooks_is_let_go_and_the_group_is_asked_again()
    {
        var autoScaling = new ScriptedAutoScaling { Hooks = () => Task.FromResult<IReadOnlyList<LifecycleHook>>([]) };
        var hooks = new LifecycleHookCache(autoScaling, new(TimeProvider.System), TimeProvider.System, NullLogger<LifecycleHookCache>.Instance);
        foreach (var number in Enumerable.Range(0, 1000))
        {
            hooks.Carry(Scope, new("workers", $"drain-{number}"), new(TimeSpan.FromSeconds(300), TimeProvider.System.GetUtcNow()));
        }

        Assert.NotNull(await hooks.FindAsync(Scope, "workers", "drain-0", TestContext.Current.CancellationToken));

        hooks.Carry(Scope, new("workers", "one-more"), new(TimeSpan.FromSeconds(300), TimeProvider.System.GetUtcNow()));

        Assert.Null(await hooks.FindAsync(Scope, "workers", "drain-0", TestContext.Current.CancellationToken));
        Assert.Equal(["hooks"], autoScaling.Asked);
    }
}
