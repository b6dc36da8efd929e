using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>A world in which all is right, and a check of it after something was changed.</summary>
internal static class CheckScene
{
    public const string Right = """
        name: right
        limit: 30m
        clusters:
          - name: shop
            check-role: true
        groups:
          - { name: workers, cluster: shop, instances: [one, two], hooks: [{ name: drain, heartbeat: 300s }] }
        instances: []
        workloads:
          - { name: web, replicas: 2, on: one }
        budgets:
          - { name: web, of: web, max-unavailable: "1" }
        """;

    public static IEnumerable<JsonNode> Findings(JsonNode check) => check["setup"]!.AsArray().SelectMany(subject => subject!["findings"]!.AsArray()).OfType<JsonNode>();

    public static string Changed(string right, string wrong)
    {
        Assert.Contains(right, Right, StringComparison.Ordinal);
        return Right.Replace(right, wrong, StringComparison.Ordinal);
    }

    public static JsonNode Asked(string yaml, string payload = """{"check":{}}""", double at = 2)
    {
        using var run = Run(yaml, payload, at);
        return Answered(run);
    }

    public static JsonNode Answered(InProcessRun run) => Answer(run) is var text ? JsonNode.Parse(text[(text.IndexOf('→', StringComparison.Ordinal) + 1)..])! : "";

    public static string Answer(InProcessRun run) => run.World.Tape.Happenings.Single(happening => happening is { Area: "lambda", What: "answered" or "unanswered" }).Text;

    public static InProcessRun Run(string yaml, string payload, double at, bool isAnswered = true) => Run(ScenarioFiles.Parse(yaml, "inline"), payload, at, isAnswered);

    public static InProcessRun Run(Scenario scenario, string payload, double at, bool isAnswered = true)
    {
        scenario.Events.Add(new() { At = TimeSpan.FromSeconds(at), Invoke = payload });
        scenario.Expect.NotBefore = TimeSpan.FromSeconds(at + 150);
        var run = new InProcessRun(scenario);
        var end = run.PlayToEnd();
        Assert.True(end.IsGood == isAnswered, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}\n{run.History}");
        return run;
    }
}
