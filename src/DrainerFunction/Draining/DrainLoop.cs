// Over 150 lines: one loop and the two ways around it; its parts share its state.
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Cordoning;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// One drain of one node: look at what is there, plan, carry out, wait for the next change. A pod that is held,
/// replaced, already going or too late for its grace period is only the next plan; nothing is remembered but what was
/// asked and answered.
/// </summary>
internal sealed class DrainLoop : IDisposable
{
    private const int ListingsOfWhoDoesNotWait = 3;

    // One to be asked, and one for what a disruption budget refused.
    private const int RoundsOfLateQuestions = 2;

    // A binding that the scheduler had begun before the cordon lands a moment after it.
    private static readonly TimeSpan Landing = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _settledAt;
    private readonly VolumeDetachment? _volumes;
    private readonly DrainOrder _order;
    private readonly PooledRequests _requests;
    private readonly DrainProgress _progress;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly AsyncSignal _changed = new();
    private readonly TaskGroup _underWay;
    private readonly PodWatch _pods;
    private readonly PlanExecutor _execution;

    /// <param name="volumes">Told of each plan; null where volumes are not waited for.</param>
    public DrainLoop(
        DrainOrder order, DrainRules rules, NodePatcher node, VolumeDetachment? volumes, PooledRequests requests, DrainProgress progress, TimeProvider time, Random random)
    {
        _volumes = volumes;
        (_order, _requests, _progress, _time, _random) = (order, requests, progress, time, random);
        _settledAt = order.Cordon.Noted.CordonedAt + Landing;
        _underWay = new(_changed);
        _pods = new(order.Target.NodeName, requests, progress, _changed, time, random);
        _execution = new(order, rules, _pods, new(order, node, requests, progress, time, random), _underWay, _changed, requests, progress, time, random);
    }

    public bool PodsWereListed => _pods.WereListed;

    /// <summary>The pods that are on the node as far as is known.</summary>
    public IReadOnlyCollection<V1Pod> Pods => _pods.Pods;

    public async Task<DrainEnding> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_underWay.Stopped, cancellationToken);
        try
        {
            return _order.AskOnce ? await AskOnceAsync(stop.Token)
                : _time.GetUtcNow() >= _execution.Bounds.End && await AskLateAsync(stop.Token) is { } ending ? ending
                : await EmptyAsync(cancellationToken, stop.Token);
        }
        finally
        {
            await _underWay.StopAsync();
        }
    }

    public void Dispose() => _underWay.Dispose();

    // What is asked about volumes outlives the drain: the wait for them comes after it.
    private async Task<DrainEnding> EmptyAsync(CancellationToken volumesToken, CancellationToken cancellationToken)
    {
        _underWay.Start(_pods.RunAsync(cancellationToken));
        while (true)
        {
            _changed.Reset();
            await _underWay.FaultsAsync();
            var plan = _pods.WereListed ? _execution.Plan() : null;
            if (plan?.IsComplete is true && (_time.GetUtcNow() >= _settledAt || _time.GetUtcNow() >= _execution.Bounds.End))
            {
                return DrainEnding.Emptied;
            }

            if (_execution.NodeIsGone)
            {
                return DrainEnding.NodeGone;
            }

            if (_time.GetUtcNow() >= End)
            {
                return DrainEnding.BoundReached;
            }

            if (plan is not null && _time.GetUtcNow() < _execution.Bounds.End)
            {
                _execution.CarryOut(plan, cancellationToken);
                _volumes?.Note(plan, volumesToken);
            }

            await _time.WithinAsync(UntilNext(plan), _changed.WaitAsync, cancellationToken);
        }
    }

    private async Task<DrainEnding> AskOnceAsync(CancellationToken cancellationToken)
    {
        if (!await ListAsync(cancellationToken))
        {
            return DrainEnding.BoundReached;
        }

        await AskAsync(cancellationToken);
        return DrainEnding.MachineGone;
    }

    // The bound had passed before we came: a backlog, or a kill. Who is still there is asked all the same, and asked past a budget
    // where a machine surely goes; only those are waited for that are stopping already and may keep the hook: then there is no ending yet.
    private async Task<DrainEnding?> AskLateAsync(CancellationToken cancellationToken)
    {
        if (!await ListAsync(cancellationToken))
        {
            return DrainEnding.BoundReached;
        }

        await AskAsync(cancellationToken);
        return _execution.Plan().IsComplete ? DrainEnding.Emptied : _time.GetUtcNow() >= End ? DrainEnding.BoundReached : null;
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < RoundsOfLateQuestions && _execution.Plan() is { IsComplete: false } plan; round++)
        {
            _execution.CarryOut(plan, cancellationToken);
            await _underWay.AllAsync();
        }
    }

    /// <returns>False when the pods could not be listed.</returns>
    private async Task<bool> ListAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; !_pods.WereListed; tries++)
        {
            try
            {
                await _pods.ReadAsync(cancellationToken);
            }
            catch (ApiServerException unanswered)
            {
                _progress.Trouble("list the pods", unanswered.Message);
                if (tries == ListingsOfWhoDoesNotWait)
                {
                    return false;
                }

                _requests.SentAgain();
                await Task.Delay(RoundedTime.Milliseconds(_requests.PauseAfter(unanswered, tries, _random, _time.GetUtcNow())), _time, cancellationToken);
            }
        }

        return true;
    }

    // Who is stopping when a hook is to be answered may keep it a while.
    private DateTimeOffset End => _execution.Bounds.EndWhileStopping(_pods.Pods.Where(pod => !pod.IsFinished).Max(pod => pod.TerminatedBy) ?? DateTimeOffset.MinValue);

    private TimeSpan UntilNext(DrainPlan? plan)
    {
        var last = _time.GetUtcNow() < _execution.Bounds.End ? _execution.Bounds.End : End;
        var next = plan?.ChangesAt < last ? plan.ChangesAt.Value : last;
        next = plan?.IsComplete is true && _settledAt < next ? _settledAt : next;
        return next - _time.GetUtcNow();
    }
}

internal enum DrainEnding
{
    Emptied,
    BoundReached,
    MachineGone,
    NodeGone,
}
