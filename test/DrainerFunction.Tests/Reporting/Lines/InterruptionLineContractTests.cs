using System.Text.Json;

namespace DrainerFunction.Reporting.Lines;

/// <summary>The line as everybody's saved queries and the documentation know it.</summary>
public sealed class InterruptionLineContractTests
{
    // The contract with everybody's saved queries: a change here is a change of the schema's version, or an addition.
    private const string Golden = """
        timestamp: instant
        level: text
        message: text
        event: text
        schema: number
        version: text
        requestId: text
        interruptionId: text
        instanceId: text
        account: text
        region: text
        cluster: text
        nodeName: text
        kinds[]: text
        hooks[].group: text
        hooks[].hook: text
        settings[].name: text
        settings[].value: text
        settings[].from: text
        messages[].id: text
        messages[].fate: text
        messages[].delaySeconds: number
        attempt: number
        queueAgeSeconds: number
        eventAt: instant
        firstSeen: instant
        deadline: instant
        deadlineKind: text
        noticeSeconds: number
        noticeUsedSeconds: number
        heartbeatTimes[]: instant
        phases.received: instant
        phases.resolved: instant
        phases.cordoned: instant
        phases.lastEvictionAccepted: instant
        phases.lastPodGone: instant
        phases.completed: instant
        phases.ended: instant
        phaseMs.resolved: number
        phaseMs.cordoned: number
        phaseMs.lastEvictionAccepted: number
        phaseMs.lastPodGone: number
        phaseMs.completed: number
        phaseMs.ended: number
        durationMs: number
        podsWereListed: truth
        podTotals.seen: number
        podTotals.evicted: number
        podTotals.deletedPastBudget: number
        podTotals.graceCut: number
        podTotals.gone: number
        podTotals.leftAlone: number
        podTotals.remaining: number
        podTotals.stuck: number
        drainRequests: number
        heldBy[].by: text
        heldBy[].pods: number
        bypassedBudgets[]: text
        volumesWaitedMs: number
        volumesStillAttached: number
        trouble: null
        pods[].name: text
        pods[].asked: instant
        pods[].requests: number
        pods[].heldBy: null
        pods[].accepted: instant
        pods[].terminating: instant
        pods[].gone: null
        pods[].bypassedBudget: null
        pods[].graceCut: truth
        pods[].stuck: truth
        pods[].waitsFor: text
        pods[].heldBy: text
        pods[].gone: instant
        pods[].bypassedBudget: text
        pods[].waitsFor: null
        podsNotNamed: number
        hookReply: text
        why: text
        _aws.Timestamp: number
        _aws.CloudWatchMetrics[].Namespace: text
        _aws.CloudWatchMetrics[].Dimensions[][]: text
        _aws.CloudWatchMetrics[].Metrics[].Name: text
        _aws.CloudWatchMetrics[].Metrics[].Unit: text
        FunctionName: text
        Kind: text
        Outcome: text
        Cluster: text
        Interruptions: number
        TimeToCordon: number
        DrainTime: number
        NoticeLeft: number
        DeadlineMissed: number
        Heartbeats: number
        PodsEvicted: number
        GraceCut: number
        BudgetsBypassed: number
        PodsStuck: number
        Retries: number
        """;

    [Fact]
    public void The_line_has_these_fields_of_these_types_in_this_order() =>
        Assert.Equal(
            Golden.ReplaceLineEndings("\n"), string.Join('\n', Shape("", Stories.Finished(Stories.Drained())).Distinct()));

    [Fact]
    public void Every_field_is_described_in_the_documentation() =>
        Assert.All(
            Golden.Split('\n').Select(field => field.Split(':')[0]).Where(field => !field.StartsWith("_aws.", StringComparison.Ordinal)),
            field => Assert.Contains($"`{field.Trim()}`", Documents.Read("docs/logging.md"), StringComparison.Ordinal));

    [Fact]
    public void The_saved_queries_stand_in_the_documentation_as_they_do_in_the_template()
    {
        var document = Flat(Documents.Read("docs/logging.md"));
        var queries = Stack.Of().OfType("AWS::Logs::QueryDefinition").Values.Select(query => query["QueryString"]!.ToString()).ToList();

        Assert.Equal(7, queries.Count);
        Assert.All(queries, query => Assert.Contains(Flat(query), document, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_outcome_is_described_in_the_documentation() =>
        Assert.All(Enum.GetNames<InterruptionOutcome>(), outcome => Assert.Contains($"| {outcome} |", Documents.Read("docs/logging.md"), StringComparison.Ordinal));

    [Fact]
    public void An_interruption_without_a_drain_has_the_same_fields_as_null()
    {
        var report = Stories.Found();
        report = report with { Outcome = InterruptionOutcome.NotOurs, Why = "the instance has no tag of ours" };
        var line = Stories.Finished(report);

        var names = Golden.Split('\n').Select(field => field.Trim().Split('.', '[', ':')[0]).Where(field => char.IsAsciiLetterLower(field[0])).Distinct();
        Assert.All(names, name => Assert.True(line.TryGetProperty(name, out _), name));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("pods").ValueKind);
        Assert.Equal(JsonValueKind.Null, line.GetProperty("deadline").ValueKind);
    }

    private static string Flat(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();

    private static IEnumerable<string> Shape(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Shape(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Shape($"{path}[]", item)),
        JsonValueKind.String => [$"{path}: {(value.TryGetDateTimeOffset(out _) ? "instant" : "text")}"],
        JsonValueKind.Number => [$"{path}: number"],
        JsonValueKind.True or JsonValueKind.False => [$"{path}: truth"],
        _ => [$"{path}: null"],
    };
}
