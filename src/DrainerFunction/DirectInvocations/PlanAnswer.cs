using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations;

/// <summary>The answer to <c>{"plan":{…}}</c>: first in sentences, then in fields.</summary>
internal sealed record PlanAnswer
{
    /// <summary>To be read aloud before the maintenance.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>What stands in the way of a drain, and what would help, each in a sentence; null where nothing does.</summary>
    public IReadOnlyList<string>? Hints { get; init; }

    /// <summary>Of the function that answers.</summary>
    public string Version { get; init; } = FunctionVersion.Text;

    public required string Instance { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    /// <summary>EC2's word; null when EC2 knows no such instance.</summary>
    public string? State { get; init; }

    public bool? IsSpot { get; init; }

    /// <summary>False when another controller looks after it; the hints say which.</summary>
    public required bool IsOurs { get; init; }

    /// <summary>What a tag of its group can set, as it holds for this instance, and where each comes from.</summary>
    public IReadOnlyList<GroupSetting> Settings { get; init; } = [];

    public string? Cluster { get; init; }

    public string? Node { get; init; }

    public bool? IsCordoned { get; init; }

    /// <summary>What the node remembers, where the function has cordoned it already.</summary>
    public IReadOnlyList<string>? InterruptedBy { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Which of the bounds that is: machine, going, earliest, hook or soft.</summary>
    public string? DeadlineKind { get; init; }

    /// <summary>All that would bind the drain, the earliest first.</summary>
    public IReadOnlyList<PlanAnswerBound> Bounds { get; init; } = [];

    /// <summary>When the last pod would be gone if each takes its whole grace period; null when it cannot be known.</summary>
    public DateTimeOffset? ExpectedFinish { get; init; }

    public IReadOnlyList<PlanAnswerPod> Pods { get; init; } = [];

    public IReadOnlyList<PlanAnswerBudget> DisruptionBudgets { get; init; } = [];

    public PlanAnswerGroup? AutoScaling { get; init; }
}

/// <param name="Pod">As namespace/name.</param>
/// <param name="Disposition">evict, await, delete or leave.</param>
internal sealed record PlanAnswerPod(string Pod, string Disposition, string? Reason, string? Controller, double GracePeriodSeconds, IReadOnlyList<string> Budgets);

/// <param name="Kind">machine, going, earliest, hook or soft: docs/events.md says what each means for a pod.</param>
/// <param name="Of">The kind of interruption that sets it; null where EC2 alone shows it, or nothing does.</param>
internal sealed record PlanAnswerBound(string Kind, string? Of, DateTimeOffset At);

internal sealed record PlanAnswerBudget(string Namespace, string Name, int DisruptionsAllowed, int CurrentHealthy, int DesiredHealthy, int ExpectedPods, int PodsHere);

internal sealed record PlanAnswerGroup(string Name, string State, IReadOnlyList<PlanAnswerHook> Hooks);

/// <param name="MayHold">The instance waits in this hook, or in another one of the same transition.</param>
internal sealed record PlanAnswerHook(string Name, string Transition, bool IsOurs, bool MayHold, double HeartbeatTimeoutSeconds, double GlobalTimeoutSeconds, string DefaultResult);
