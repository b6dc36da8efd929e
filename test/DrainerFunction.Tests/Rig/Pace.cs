using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Rig;

/// <summary>
/// How long what a simulated process asks is under way. Here three milliseconds each way and nothing in between: a test
/// wants an order, and no model of a network. The storm of the benchmarks has one.
/// </summary>
internal abstract class Pace
{
    public static readonly Pace Even = new EvenPace();

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(3);

    /// <summary>From the start of a process until it is handed its first event.</summary>
    public virtual TimeSpan ColdStart => TimeSpan.Zero;

    /// <summary>A call is on its way to AWS.</summary>
    public virtual Task CallAsync(string service, string operation, TimeProvider time, CancellationToken cancellationToken) => Task.Delay(OneWay, time, cancellationToken);

    /// <summary>How long the SDK waits before it repeats a call that was throttled; null: the caller is told.</summary>
    public virtual TimeSpan? RetryAfter(int retries) => null;

    /// <summary>A request is on its way to a cluster and waits there for its turn.</summary>
    /// <returns>False where the cluster turns it away unheard, because its queues are full.</returns>
    public virtual async Task<bool> RequestAsync(Cluster cluster, string method, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(OneWay, time, cancellationToken);
        return true;
    }

    /// <summary>An answer is on its way back.</summary>
    public virtual Task AnswerAsync(TimeProvider time, CancellationToken cancellationToken) => Task.Delay(OneWay, time, cancellationToken);

    /// <summary>An event of a watch was read.</summary>
    public virtual void Hear()
    {
    }

    private sealed class EvenPace : Pace;
}
