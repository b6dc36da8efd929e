using System.Text.Json;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Reporting.Lines;

public sealed class InterruptionLineTests
{
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
        report = report with { ResolvedAt = null };

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

    [Theory]
    [InlineData(InterruptionOutcome.Drained, "INFO")]
    [InlineData(InterruptionOutcome.Continues, "INFO")]
    [InlineData(InterruptionOutcome.DeadlineMissed, "WARN")]
    [InlineData(InterruptionOutcome.AlreadyHandled, "DEBUG")]
    [InlineData(InterruptionOutcome.Failed, "ERROR")]
    internal void The_level_says_whether_somebody_should_look(InterruptionOutcome outcome, string level)
    {
        var report = Stories.Found();
        report = report with { Outcome = outcome };

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
        report = report with { Drain = report.Drain! with { Pods = [report.Drain.Pods[0] with { HeldBy = holder }] } };

        var line = Stories.Finished(report);

        Assert.Equal(named, line.GetProperty("pods")[0].GetProperty("heldBy").GetString());
        Assert.Equal(named, line.GetProperty("heldBy")[0].GetProperty("by").GetString());
    }

    [Fact]
    public void Without_a_hook_there_is_no_reply_to_one()
    {
        var report = Stories.Drained();
        report = report with { Hooks = [] };

        Assert.Equal(JsonValueKind.Null, Stories.Finished(report).GetProperty("hookReply").ValueKind);
    }

    [Theory]
    [InlineData("machine", 117)]
    [InlineData("hook", 300)]
    [InlineData("soft", 600)]
    public void The_line_says_which_kind_of_bound_has_ended_the_drain(string kind, int at)
    {
        Bound[] all = [new Bound.Soft(Stories.Ten.AddSeconds(600), Stories.Ten), new Bound.Hook(Stories.Ten.AddSeconds(300), Stories.Ten, LetsGo: true), new Bound.Machine(Stories.Ten.AddSeconds(117), Stories.Ten)];
        var report = Stories.Drained() with { Bounds = new([.. all.Where(bound => bound.At >= Stories.Ten.AddSeconds(at))]) };

        var line = Stories.Finished(report);

        Assert.Equal(kind, line.GetProperty("deadlineKind").GetString());
    }

    [Fact]
    public void The_interruption_is_named_the_same_at_every_hop()
    {
        var (first, later) = (Stories.Drained(), Stories.Drained());
        later = later with { Chain = first.Chain!.Value.Hop(3, "some-request") };

        Assert.NotEqual(first.Chain, later.Chain);
        Assert.Equal(Stories.Finished(first).GetProperty("interruptionId").GetString(), Stories.Finished(later).GetProperty("interruptionId").GetString());
    }

    [Fact]
    public void A_message_received_again_is_said_to_be()
    {
        var report = Stories.Found();
        report = report with { Fates = [new MessageFate.Redeliver(), new MessageFate.SendOn(TimeSpan.FromSeconds(2.5), "busy")] };

        var messages = Stories.Finished(report).GetProperty("messages").EnumerateArray().ToList();

        Assert.Equal("redelivered", messages[0].GetProperty("fate").GetString());
        Assert.Equal(2.5, messages[1].GetProperty("delaySeconds").GetDouble());
    }

    [Fact]
    public void No_secret_gets_into_the_line()
    {
        var report = Stories.Drained();
        Redaction.Hide("https://hooks.example/services/T0/B0/secret-path");
        report = report with { Why = "POST https://hooks.example/services/T0/B0/secret-path with Authorization: Bearer k8s-aws-v1.c2VjcmV0" };
        report = report with { Drain = report.Drain! with { Trouble = "401 for Bearer k8s-aws-v1.c2VjcmV0", Pods = [report.Drain.Pods[0] with { HeldBy = "webhook says Bearer k8s-aws-v1.c2VjcmV0" }] } };

        var text = Stories.Finished(report).GetRawText();

        Assert.DoesNotContain("c2VjcmV0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stays_one_line_whatever_the_texts_hold()
    {
        var report = Stories.Drained();
        report = report with { Why = "first\nsecond\r\nthird" };

        Assert.Equal("first\nsecond\r\nthird", Stories.Finished(report).GetProperty("why").GetString());
    }
}
