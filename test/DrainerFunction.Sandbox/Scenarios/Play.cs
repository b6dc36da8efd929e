using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>Lets a furnished and attached stage run until it ended as it must, or until its time is up.</summary>
internal sealed class Play(Stage stage)
{
    /// <summary>Everything must have held for this long: a second completion or a late eviction shows itself.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly TaskCompletionSource<PlayEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Timeline _timeline = new(stage);
    private DateTimeOffset? _heldSince;

    public DateTimeOffset Start => _timeline.Start;

    /// <summary>Driven by the world's agenda: on a virtual clock somebody has to move it.</summary>
    public Task<PlayEnd> Begin()
    {
        lock (stage.World.Gate)
        {
            _timeline.Begin();
            stage.World.Agenda.After(Look, LookAround);
        }

        return _ended.Task;
    }

    private void LookAround()
    {
        var now = stage.World.Now;
        var unmet = stage.Judge.Unmet();
        var isQuiet = unmet.Count == 0 && now >= _timeline.End + TimeSpan.FromSeconds(1)
            && now >= Start + (stage.Scenario.Expect.NotBefore ?? TimeSpan.Zero)
            && (stage.Function?.Running ?? 0) == 0;
        _heldSince = isQuiet ? _heldSince ?? now : null;
        if (_heldSince is { } since && now - since >= Quiet)
        {
            End(since, Late(since));
        }
        else if (now - Start >= stage.Scenario.Limit)
        {
            End(now, [.. unmet, $"it had not ended after {stage.Scenario.Limit.TotalSeconds:0} simulated seconds"]);
        }
        else
        {
            stage.World.Agenda.After(Look, LookAround);
        }
    }

    private IReadOnlyList<string> Late(DateTimeOffset held)
    {
        var first = stage.Scenario.Events.Count == 0 ? TimeSpan.Zero : stage.Scenario.Events.Min(happening => happening.At);
        var took = held - Start - first;
        return stage.Scenario.Expect.Within is { } within && took > within ? [$"it took {took.TotalSeconds:0.0} s, more than {within.TotalSeconds:0} s"] : [];
    }

    private void End(DateTimeOffset at, IReadOnlyList<string> unmet) =>
        _ended.TrySetResult(new(at - Start, unmet, [.. stage.World.Invariants.Violations]));
}

/// <param name="Took">Simulated.</param>
/// <param name="Unmet">Expectations that did not come true.</param>
internal sealed record PlayEnd(TimeSpan Took, IReadOnlyList<string> Unmet, IReadOnlyList<Violation> Violations)
{
    public bool IsGood => Unmet.Count == 0 && Violations.Count == 0;
}
