namespace DrainerFunction.Sandbox.World;

/// <summary>The world's own objections: each is something that DESIGN calls "must never happen", seen to happen.</summary>
internal sealed class Invariants(TimeProvider time)
{
    private readonly List<Violation> _violations = [];

    public IReadOnlyList<Violation> Violations => _violations;

    /// <param name="rule">A sentence that was broken, always the same for the same rule.</param>
    public void Break(string rule, string how) => _violations.Add(new(time.GetUtcNow(), rule, how));
}

internal sealed record Violation(DateTimeOffset At, string Rule, string How);
