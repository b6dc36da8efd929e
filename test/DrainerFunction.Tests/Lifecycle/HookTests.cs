using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Lifecycle;

/// <summary>A hook of a group whose Auto Scaling answers as a test says, and the clock of both.</summary>
public abstract class HookTests
{
    private protected static readonly AwsScope Scope = new("123456789012", "eu-west-1");
    private protected static readonly LifecycleActionRef Hooked = new("workers", "drain", "i-0000000000000000a", Token: null);

    private protected readonly FakeTimeProvider _time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private protected static ScriptedAutoScaling Group(int timeout) => new()
    {
        Hooks = () => Task.FromResult<IReadOnlyList<LifecycleHook>>([new("drain", LifecycleStates.Terminating, TimeSpan.FromSeconds(timeout), TimeSpan.FromSeconds(timeout * 100), "CONTINUE")]),
    };

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected static AwsCallException Refused(string refusal, string message = "No Lifecycle Hook found with name drain", string code = "ValidationError") =>
        new(Enum.Parse<AwsRefusal>(refusal), "autoscaling:CompleteLifecycleAction", code, message);

    private protected void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private protected LifecycleHookCache Cache(ScriptedAutoScaling group) => new(group, new(_time), _time, NullLogger<LifecycleHookCache>.Instance);

    private protected HookHeartbeats Waiting(ScriptedAutoScaling group, LifecycleHookCache? cache = null, AwsScope? scope = null) =>
        new(scope ?? Scope, group, cache ?? Cache(group), new DrainerOptions(), _time, NullLoggerFactory.Instance);
}
