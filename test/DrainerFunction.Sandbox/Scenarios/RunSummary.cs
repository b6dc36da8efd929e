using System.Text.Json.Serialization;
using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>What is left of one scenario when it is over: for <c>--json</c> and for the last lines on the screen.</summary>
internal sealed record RunSummary
{
    public required string Scenario { get; init; }

    public required bool Passed { get; init; }

    public required double Speed { get; init; }

    public required int Seed { get; init; }

    /// <summary>All seconds are simulated. From the start of the scenario.</summary>
    public required double Seconds { get; init; }

    /// <summary>A speed that this machine keeps up with, where it did not with this one: then a failure is not the function's.</summary>
    public double? TooSlowTryAt { get; init; }

    /// <summary>What the times below count from, as the page does: null where no message came.</summary>
    public string? TimesCountFrom => FirstMessageAt is null ? null : "firstMessageAt";

    /// <summary>When the first message was put into a queue: the page's "first seen".</summary>
    public DateTimeOffset? FirstMessageAt { get; init; }

    /// <summary>To the first cordon; null if there was none.</summary>
    public double? SecondsToCordon { get; init; }

    /// <summary>Until the last pod that was asked to go was gone.</summary>
    public double? SecondsToDrain { get; init; }

    /// <summary>Until Auto Scaling accepted the completion of the hook.</summary>
    public double? SecondsToCompleted { get; init; }

    /// <summary>From the last pod to that; it counts from nothing else.</summary>
    public double? SecondsFromEmptyToCompleted { get; init; }

    public required int PodsEvicted { get; init; }

    public required int PodsDeleted { get; init; }

    public required int PodsDiedWithoutGrace { get; init; }

    public required int Invocations { get; init; }

    public required int ColdStarts { get; init; }

    public required int Kills { get; init; }

    /// <summary>The function's requests, by service and operation.</summary>
    public required IReadOnlyDictionary<string, int> Requests { get; init; }

    public required IReadOnlyList<string> Unmet { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    /// <summary>The lines in which the function sums its interruptions up: what the picture is drawn from.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> FinishedLines { get; init; } = [];

    public static RunSummary Of(SandboxRun run, PlayEnd end, int seed)
    {
        var tape = run.World.Tape.Happenings;
        var sent = First(tape, "sqs", "sent");
        var cordoned = First(tape, "kubernetes", "cordoned");
        var completed = First(tape, "autoscaling", "hook-completed");
        var empty = tape.Where(one => one is { Area: "kubernetes", What: "pod-gone" } && one.At >= cordoned && (completed is null || one.At <= completed))
            .Select(one => (DateTimeOffset?)one.At).LastOrDefault();
        return new()
        {
            Scenario = run.Stage.Scenario.Name,
            Passed = end.IsGood,
            Speed = run.Time.Rate,
            Seed = seed,
            Seconds = Math.Round(end.Took.TotalSeconds, 3),
            TooSlowTryAt = end.IsGood ? null : run.Pace.SlowerSpeed,
            FirstMessageAt = sent,
            SecondsToCordon = Between(sent, cordoned),
            SecondsToDrain = Between(sent, empty),
            SecondsToCompleted = Between(sent, completed),
            SecondsFromEmptyToCompleted = Between(empty, completed),
            PodsEvicted = tape.Count(one => one is { Area: "kubernetes", What: "evicted" }),
            PodsDeleted = tape.Count(one => one is { Area: "kubernetes", What: "deleted" }),
            PodsDiedWithoutGrace = run.Stage.Judge.DiedWithoutGrace,
            Invocations = run.Stage.Function?.Invocations ?? 0,
            ColdStarts = run.Stage.Function?.ColdStarts ?? 0,
            Kills = run.KillSwitch?.Kills ?? 0,
            Requests = (run.KillSwitch?.Requests ?? []).GroupBy(request => $"{request.Service} {request.Operation}")
                .OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count()),
            Unmet = end.Unmet,
            FinishedLines = [.. run.Logs.Lines.Select(line => line.Text).Where(line => line.Contains("\"event\":\"interruption\"", StringComparison.Ordinal))],
            Violations = [.. end.Violations.Select(violation => $"{violation.Rule} {violation.How}")],
        };
    }

    private static DateTimeOffset? First(IReadOnlyList<Happening> tape, string area, string what) =>
        tape.Where(one => one.Area == area && one.What == what).Select(one => (DateTimeOffset?)one.At).FirstOrDefault();

    private static double? Between(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } start && to is { } end ? Math.Round((end - start).TotalSeconds, 3) : null;
}
