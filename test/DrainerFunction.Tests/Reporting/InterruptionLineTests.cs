using System.Text.Json;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime;

namespace DrainerFunction.Reporting;

public sealed class InterruptionLineTests
{
    // The contract with everybody's saved queries: a change here is a change of the schema's version, or an addition.
    private const string Golden = """
        timestamp: instant
        level: text
        message: text
        event: text
        schema: number
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
        messages[].id: text
        messages[].fate: text
        messages[].delaySeconds: number
        attempt: number
        queueAgeSeconds: number
        eventAt: instant
        firstSeen: instant
        deadline: instant
        deadlineKind: text
        deadlineHardFrom: null
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

        Assert.Equal(5, queries.Count);
        Assert.All(queries, query => Assert.Contains(Flat(query), document, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_outcome_is_described_in_the_documentation() =>
        Assert.All(Enum.GetNames<InterruptionOutcome>(), outcome => Assert.Contains($"| {outcome} |", Documents.Read("docs/logging.md"), StringComparison.Ordinal));

    [Fact]
    public void The_phases_are_told_as_instants_and_as_the_time_each_took()
    {
        var line = Stories.Finished(Stories.Drained());

        Assert.Equal("2026-11-22T10:00:00.06Z", line.GetProperty("phases").GetProperty("cordoned").GetString());
        Assert.Equal([40, 20, 8940, 10000, 1000, 1000], line.GetProperty("phaseMs").EnumerateObject().Select(phase => phase.Value.GetDouble()));
        Assert.Equal(21000, line.GetProperty("durationMs").GetDouble());
    }

    [Fact]
    public void A_phase_that_was_not_reached_is_null_and_the_next_counts_from_the_one_before()
    {
        var report = Stories.Drained();
        report.ResolvedAt = null;

        var line = Stories.Finished(report);

        Assert.Equal(JsonValueKind.Null, line.GetProperty("phases").GetProperty("resolved").ValueKind);
        Assert.Equal(JsonValueKind.Null, line.GetProperty("phaseMs").GetProperty("resolved").ValueKind);
        Assert.Equal(60, line.GetProperty("phaseMs").GetProperty("cordoned").GetDouble());
    }

    [Fact]
    public void The_fifty_slowest_pods_are_named_and_all_are_counted()
    {
        var line = Stories.Finished(Stories.Drained(pods: 110));
        var names = line.GetProperty("pods").EnumerateArray().Select(pod => pod.GetProperty("name").GetString()).ToList();

        Assert.Equal(["shop/stuck-0", "shop/cart-0", "shop/web-109", "shop/web-108"], names.Take(4));
        Assert.Equal(50, names.Count);
        Assert.Equal(62, line.GetProperty("podsNotNamed").GetInt32());
        Assert.Equal(113, line.GetProperty("podTotals").GetProperty("seen").GetInt32());
        Assert.Equal(111, line.GetProperty("podTotals").GetProperty("evicted").GetInt32());
        Assert.DoesNotContain("kube-system/aws-node-x", names);
    }

    [Fact]
    public void An_interruption_without_a_drain_has_the_same_fields_as_null()
    {
        var report = Stories.Found();
        (report.Outcome, report.Why) = (InterruptionOutcome.NotOurs, "the instance has no tag of ours");
        var line = Stories.Finished(report);

        var names = Golden.Split('\n').Select(field => field.Trim().Split('.', '[', ':')[0]).Where(field => char.IsAsciiLetterLower(field[0])).Distinct();
        Assert.All(names, name => Assert.True(line.TryGetProperty(name, out _), name));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("pods").ValueKind);
        Assert.Equal(JsonValueKind.Null, line.GetProperty("deadline").ValueKind);
    }

    [Theory]
    [InlineData(InterruptionOutcome.Drained, "INFO")]
    [InlineData(InterruptionOutcome.Continues, "INFO")]
    [InlineData(InterruptionOutcome.DeadlineMissed, "WARN")]
    [InlineData(InterruptionOutcome.Failed, "ERROR")]
    internal void The_level_says_whether_somebody_should_look(InterruptionOutcome outcome, string level)
    {
        var report = Stories.Found();
        report.Outcome = outcome;

        Assert.Equal(level, Stories.Finished(report).GetProperty("level").GetString());
    }

    [Fact]
    public void Every_outcome_and_kind_has_its_sentence()
    {
        foreach (var outcome in Enum.GetValues<InterruptionOutcome>())
        {
            foreach (var kind in Enum.GetValues<InterruptionKind>())
            {
                var report = new InterruptionReport
                {
                    Scope = Stories.Scope, InstanceId = "i-1", Kinds = [kind], MessageIds = [], ReceivedAt = Stories.Ten, FirstSeen = Stories.Ten, EventAt = Stories.Ten, Attempt = 0, Outcome = outcome,
                };

                Assert.Equal(kind.ToString(), Stories.Finished(report).GetProperty("Kind").GetString());
                Assert.NotEmpty(EventReasons.Of(kind));
            }
        }
    }

    [Theory]
    [InlineData("cart", "shop/cart")]
    [InlineData("more than one disruption budget", "more than one disruption budget")]
    [InlineData("policy.example: not on Fridays", "policy.example: not on Fridays")]
    public void What_held_a_pod_is_named_in_full(string holder, string named)
    {
        var report = Stories.Drained(pods: 1);
        report.Drain = report.Drain! with { Pods = [report.Drain.Pods[0] with { HeldBy = holder }] };

        var line = Stories.Finished(report);

        Assert.Equal(named, line.GetProperty("pods")[0].GetProperty("heldBy").GetString());
        Assert.Equal(named, line.GetProperty("heldBy")[0].GetProperty("by").GetString());
    }

    [Fact]
    public void Without_a_hook_there_is_no_reply_to_one()
    {
        var report = Stories.Drained();
        report.Hooks = [];

        Assert.Equal(JsonValueKind.Null, Stories.Finished(report).GetProperty("hookReply").ValueKind);
    }

    [Theory]
    [InlineData(null, "soft", null)]
    [InlineData(-1, "hard", "2026-11-22T09:59:59Z")]
    [InlineData(60, "softUntilHardFrom", "2026-11-22T10:01:00Z")]
    public void The_line_says_how_hard_the_deadline_is(int? hardFrom, string kind, string? from)
    {
        var report = Stories.Drained();
        report.Deadline = new(Stories.Ten.AddSeconds(117), hardFrom is { } seconds ? Stories.Ten.AddSeconds(seconds) : null);

        var line = Stories.Finished(report);

        Assert.Equal(kind, line.GetProperty("deadlineKind").GetString());
        Assert.Equal(from, line.GetProperty("deadlineHardFrom").GetString());
    }

    [Fact]
    public void The_interruption_is_named_the_same_at_every_hop()
    {
        var (first, later) = (Stories.Drained(), Stories.Drained());
        later.Chain = Chains.Hop(first.Chain!, 3, "some-request");

        Assert.NotEqual(first.Chain, later.Chain);
        Assert.Equal(Stories.Finished(first).GetProperty("interruptionId").GetString(), Stories.Finished(later).GetProperty("interruptionId").GetString());
    }

    [Fact]
    public void A_message_received_again_is_said_to_be()
    {
        var report = Stories.Found();
        report.Fates = [new MessageFate.Redeliver("our own error"), new MessageFate.SendOn(TimeSpan.FromSeconds(2.5), "busy")];

        var messages = Stories.Finished(report).GetProperty("messages").EnumerateArray().ToList();

        Assert.Equal("redelivered", messages[0].GetProperty("fate").GetString());
        Assert.Equal(2.5, messages[1].GetProperty("delaySeconds").GetDouble());
    }

    [Fact]
    public void No_secret_gets_into_the_line()
    {
        var report = Stories.Drained();
        Redaction.Hide("https://hooks.example/services/T0/B0/secret-path");
        report.Why = "POST https://hooks.example/services/T0/B0/secret-path with Authorization: Bearer k8s-aws-v1.c2VjcmV0";
        report.Drain = report.Drain! with { Trouble = "401 for Bearer k8s-aws-v1.c2VjcmV0", Pods = [report.Drain.Pods[0] with { HeldBy = "webhook says Bearer k8s-aws-v1.c2VjcmV0" }] };

        var text = Stories.Finished(report).GetRawText();

        Assert.DoesNotContain("c2VjcmV0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stays_one_line_whatever_the_texts_hold()
    {
        var report = Stories.Drained();
        report.Why = "first\nsecond\r\nthird";

        Assert.Equal("first\nsecond\r\nthird", Stories.Finished(report).GetProperty("why").GetString());
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
