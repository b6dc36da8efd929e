using DrainerFunction.Interruptions;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>A Spot reclaim that begins now, as the plan sees it: every rule about pods is the plan's.</summary>
internal sealed class SpotForecast
{
    private readonly Bounds _bounds;
    private readonly DrainRules _rules;

    public SpotForecast(DrainerOptions options, DateTimeOffset now)
    {
        (Now, _rules) = (now, DrainRules.From(options));
        _bounds = Bounds.Of(InterruptionBounds.Of(
            new Interruption.SpotReclaim(InstanceAction.Terminate) { InstanceId = "", Account = "", Region = "", At = now }, now, options, hookGlobalLimit: null));
    }

    public DateTimeOffset Now { get; }

    public DateTimeOffset End => _bounds.End;

    /// <summary>The longest grace period that is left to a pod.</summary>
    public TimeSpan LongestGrace => End - Now - Bound.EvictionReserve;

    /// <summary>Whether a budget that refuses is passed in the last resort.</summary>
    public bool IsForced => _rules.ForceBeforeDeadline;

    public PlannedPod Plan(V1Pod pod) => DrainPlan.For([pod], new(), _bounds, Now, _rules).Pods[0];

    /// <summary>Whether the scheduler may put its successor onto the very node that goes.</summary>
    public bool ToleratesCordon(V1Pod pod) => new PodSnapshot(pod, PodRequestState.Unasked, _bounds, Now, _rules).ToleratesTheCordon;

    public TimeSpan GraceOf(V1Pod pod) => new PodSnapshot(pod, PodRequestState.Unasked, _bounds, Now, _rules).Grace;
}
