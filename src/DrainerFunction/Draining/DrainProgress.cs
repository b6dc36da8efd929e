// Over 150 lines: a method for each thing that can happen to a pod, over one table of pods.
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Nodes;
using DrainerFunction.Planning;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>Keeps what becomes of each pod, for the report, and tells the observer of each change once.</summary>
internal sealed class DrainProgress(TargetNode target, IDrainObserver observer, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly OrderedDictionary<string, PodReport> _pods = new(StringComparer.Ordinal);
    private readonly BudgetHolds _holds = new(target, observer);
    private readonly OrderedDictionary<string, (string Kind, string Why)> _troubles = new(StringComparer.Ordinal);

    /// <summary>Takes up what the plan says, and notes which pods are gone.</summary>
    public void Observe(DrainPlan plan)
    {
        var now = time.GetUtcNow();
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var planned in plan.Pods)
        {
            var name = planned.Pod.FullName;
            present.Add(name.Uid);
            Observe(planned, name, now);
        }

        foreach (var uid in _pods.Keys.Where(uid => !present.Contains(uid) && _pods[uid].GoneAt is null).ToList())
        {
            Confirm(uid);
            _pods[uid] = _pods[uid] with { GoneAt = now };
            observer.Gone(target, _pods[uid].Name);
            _holds.Release(_pods[uid].Name);
        }
    }

    public void Asked(PodName pod) => Change(pod, known => known with { Requests = known.Requests + 1, AskedAt = known.AskedAt ?? time.GetUtcNow() });

    public void Accepted(PodName pod, PodRequest request)
    {
        Change(pod, known => known with { AcceptedAt = time.GetUtcNow(), GraceWasCut = request.GraceWasCut, BypassedObstacle = request.Obstacle ?? known.BypassedObstacle, Lost = null });
        if (request.Obstacle is { } obstacle)
        {
            observer.DeletedPastBudget(target, pod, obstacle, request.GracePeriod!.Value);
        }
        else
        {
            observer.Evicted(target, pod, request.GracePeriod);
        }

        _holds.Release(pod);
    }

    /// <summary>The request may have been taken all the same.</summary>
    public void Unanswered(PodName pod, PodRequest request) => Change(pod, known => known with { Lost = request });

    public void RefusedByBudget(PodName pod, string budget) => Change(pod, known => known with { HeldBy = budget, Lost = null });

    public void AddHold(BudgetHold hold) => _holds.Add(hold);

    public bool IsHeld(PodName pod) => _holds.Contains(pod);

    public void Refused(PodName pod, string by, string why)
    {
        if (_pods.TryGetValue(pod.Uid, out var known) && known.HeldBy != $"{by}: {why}")
        {
            Change(pod, _ => known with { HeldBy = $"{by}: {why}", Lost = null });
            observer.Refused(target, pod, by, why);
        }
    }

    /// <summary>Something could not be done, and is tried again: told when it begins, and when its reason changes.</summary>
    public void Trouble(string what, string why) => Trouble(what, what, why, kind: why);

    /// <summary>The same for one pod: what all pods of a node meet is told once, not once for each.</summary>
    public void Trouble(string what, PodName pod, string why) => Trouble(what, $"{what} {pod}", why, Anonymous(why, pod));

    public void CordonedAgain() => observer.CordonedAgain(target);

    public void Recovered(params ReadOnlySpan<string> what)
    {
        foreach (var operation in what)
        {
            _troubles.Remove(operation);
        }
    }

    public DrainReport Report(bool podsWereListed, PooledRequests requests, DateTimeOffset deadline) => new()
    {
        PodsWereListed = podsWereListed,
        Pods = [.. _pods.Values],
        RequestsSent = requests.Sent,
        Retries = requests.Again,
        StartedAt = _startedAt,
        EndedAt = time.GetUtcNow(),
        TimeLeft = deadline - time.GetUtcNow(),
        Trouble = _troubles.Count == 0 ? null : _troubles.Values.Last().Why,
    };

    private void Trouble(string operation, string what, string why, string kind)
    {
        var isTold = _troubles.Remove(operation, out var before) && before.Kind == kind;
        _troubles[operation] = (kind, why);
        if (!isTold)
        {
            observer.Trouble(target, what, why);
        }
    }

    private static string Anonymous(string why, PodName pod) =>
        why.Replace(pod.Name, "", StringComparison.Ordinal).Replace(pod.Namespace, "", StringComparison.Ordinal);

    private void Observe(PlannedPod planned, PodName name, DateTimeOffset now)
    {
        if (!_pods.TryGetValue(name.Uid, out var known))
        {
            known = new() { Name = name, Disposition = planned.Disposition };
            if (planned.Disposition is Disposition.Leave(var why))
            {
                observer.Left(target, name, why);
            }
        }

        if (planned.Pod.IsTerminating)
        {
            _pods[name.Uid] = known;
            Confirm(name.Uid);
            known = _pods[name.Uid];
        }

        if (planned.IsStuck && !known.IsStuck)
        {
            observer.Stuck(target, name, planned.Pod.TerminatedBy!.Value, WhyStuck(planned.Pod));
        }

        _pods[name.Uid] = known with
        {
            Disposition = planned.Disposition,
            IsStuck = planned.IsStuck,
            TerminatingAt = known.TerminatingAt ?? (planned.Pod.IsTerminating ? now : null),
        };
    }

    private static string WhyStuck(V1Pod pod) => pod switch
    {
        { HasEnded: false } => "its containers may still run, and the node's kubelet has not stopped them",
        { Metadata.Finalizers: { Count: > 0 } finalizers } => $"its containers have ended, and its finalizers remain: {string.Join(", ", finalizers)}",
        _ => "its containers have ended, and the node's kubelet has not removed it",
    };

    // A pod that ends after a request whose answer was lost was ended by it.
    private void Confirm(string uid)
    {
        if (_pods[uid] is { AcceptedAt: null, Lost: { } lost, Name: var name })
        {
            Accepted(name, lost);
        }
    }

    private void Change(PodName pod, Func<PodReport, PodReport> change)
    {
        if (_pods.TryGetValue(pod.Uid, out var known))
        {
            _pods[pod.Uid] = change(known);
        }
    }
}
