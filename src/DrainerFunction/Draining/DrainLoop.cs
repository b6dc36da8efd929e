// Over 150 lines: one loop and the two ways around it; its parts share its state.
using DrainerFunction.ApiServer;
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
    private const int MostListings = 3;

    // One to be asked, and one for what a disruption budget refused.
    private const int RoundsOfLateQuestions = 2;

    // A binding that the scheduler had begun before the cordon lands a moment after it.
    private static readonly TimeSpan Landing = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _settledAt;
    private readonly DrainContext _drain;
    private readonly VolumeDetachment? _volumes;
    private readonly TaskGroup _underWay;
    private readonly PodWatch _pods;
    private readonly PlanExecutor _executor;

    /// <param name="annotations">Reads what the node remembers where the cordon was lifted.</param>
    /// <param name="writer">Writes the cordon again where it was lifted.</param>
    /// <param name="volumes">Told of each plan; null where volumes are not waited for.</param>
    public DrainLoop(DrainContext drain, DrainRules rules, AnnotationReader annotations, NodePatcher writer, VolumeDetachment? volumes)
    {
        (_drain, _volumes) = (drain, volumes);
        _settledAt = drain.Order.Cordon.Noted.CordonedAt + Landing;
        _underWay = new(drain.Changed);
        var evictor = new PodEvictor(drain, rules);
        _pods = new(drain, evictor.States);
        var node = new NodeHealthWatch(drain);
        _executor = new(drain, rules, evictor, _pods, node, new(drain, node, annotations, writer), _underWay);
    }

    public bool PodsWereListed => _pods.WereListed;

    /// <summary>The pods that are on the node as far as is known.</summary>
    public IReadOnlyCollection<V1Pod> Pods => _pods.Pods;

    public async Task<DrainEnding> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_underWay.Stopped, cancellationToken);
        try
        {
            return (_drain.Order.AskOnce || _drain.Now >= _drain.Order.Bounds.End) && await AskAtOnceAsync(stop.Token) is { } ending ? ending
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
            _drain.Changed.Reset();
            await _underWay.FaultsAsync();
            var plan = _pods.WereListed ? _executor.Plan() : null;
            if (plan?.IsComplete is true && (_drain.Now >= _settledAt || _drain.Now >= _drain.Order.Bounds.End))
            {
                return DrainEnding.Emptied;
            }

            if (_executor.IsNodeGone(plan))
            {
                return DrainEnding.NodeGone;
            }

            if (_drain.Now >= End)
            {
                return DrainEnding.BoundReached;
            }

            if (_executor.IsUndone)
            {
                return DrainEnding.CordonUndone;
            }

            if (plan is not null && _drain.Now < _drain.Order.Bounds.End)
            {
                _executor.CarryOut(plan, cancellationToken);
                _volumes?.Note(plan, volumesToken);
            }

            await _drain.Time.WithinAsync(UntilNext(plan), _drain.Changed.WaitAsync, cancellationToken);
        }
    }

    // The machine is off, or the bound had passed before the drain began: a backlog, or a kill. Pods that are still there are asked all the same, and asked past
    // a budget where a machine surely goes; only those are waited for that are stopping already and may keep the hook: then there is no ending yet.
    private async Task<DrainEnding?> AskAtOnceAsync(CancellationToken cancellationToken)
    {
        if (!await ListAsync(cancellationToken))
        {
            return DrainEnding.BoundReached;
        }

        for (var round = 0; round < RoundsOfLateQuestions && _executor.Plan() is { IsComplete: false } plan; round++)
        {
            _executor.CarryOut(plan, cancellationToken);
            await _underWay.AllAsync();
        }

        return _drain.Order.AskOnce ? DrainEnding.MachineGone
            : _executor.Plan().IsComplete ? DrainEnding.Emptied
            : _drain.Now >= End ? DrainEnding.BoundReached
            : null;
    }

    /// <returns>False when the pods could not be listed.</returns>
    private async Task<bool> ListAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; !_pods.WereListed; tries++)
        {
            try
            {
                await _pods.ListOnceAsync(cancellationToken);
            }
            catch (ApiServerException unanswered)
            {
                _drain.Progress.Trouble("list the pods", unanswered.Message);
                if (tries == MostListings)
                {
                    return false;
                }

                _drain.Requests.SentAgain();
                await _drain.PauseAfterAsync(unanswered, tries, cancellationToken);
            }
        }

        return true;
    }

    // Pods that are stopping when a hook is to be answered may keep it a while.
    private DateTimeOffset End => _drain.Order.Bounds.EndWhileStopping(_pods.Pods.Where(pod => !pod.IsFinished).Max(pod => pod.TerminatedBy) ?? DateTimeOffset.MinValue);

    private TimeSpan UntilNext(DrainPlan? plan)
    {
        var last = _drain.Now < _drain.Order.Bounds.End ? _drain.Order.Bounds.End : End;
        var next = plan?.ChangesAt < last ? plan.ChangesAt.Value : last;
        next = plan?.IsComplete is true && _settledAt < next ? _settledAt : next;
        return next - _drain.Now;
    }
}

internal enum DrainEnding
{
    Emptied,
    BoundReached,
    MachineGone,
    NodeGone,
    CordonUndone,
}
