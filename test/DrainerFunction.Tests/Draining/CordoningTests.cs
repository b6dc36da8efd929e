using System.Text.Json.Nodes;
using CsCheck;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime;
using k8s.Models;

namespace DrainerFunction.Draining;

public sealed class CordoningTests : IDisposable
{
    private const string SpotTaint = "aws-node-termination-handler/spot-itn";
    private readonly ClusterRig _rig = new();

    public void Dispose() => _rig.Dispose();

    private Deadline Soon => Deadline.Hard(_rig.Now.AddSeconds(120));

    [Fact]
    public void A_cordon_is_one_patch_that_says_everything()
    {
        _rig.Options = new() { TaintNode = true, TaintEffect = TaintEffect.NoExecute, ExcludeFromLoadBalancers = true };

        var deadline = Soon;
        var cordoned = Cordon(Order(deadline, InterruptionKind.SpotReclaim, InterruptionKind.Termination) with { Hooks = [new("group", "hook")] });

        Assert.Equal(["patch nodes"], _rig.Asked);
        var node = _rig.Node();
        Assert.True(node.Spec.Unschedulable);
        Assert.Equal(
            ["aws-node-termination-handler/asg-lifecycle-termination=i-0000000000000000a:NoExecute", $"{SpotTaint}=i-0000000000000000a:NoExecute"],
            TaintsOf(node).Where(taint => taint.StartsWith("aws-", StringComparison.Ordinal)).Order());
        Assert.Equal("node-drainer", node.Metadata.Labels[CordonMarks.LoadBalancerLabel]);
        var noted = NodeInterruptions.Read(node)!;
        Assert.Equal(NodeInterruptions.Write(cordoned.Noted), NodeInterruptions.Write(noted));
        Assert.Equal((true, "chain-1", deadline), (noted.CordonedByUs, noted.Chain, noted.Bound));
        Assert.Equal(["spotReclaim", "termination"], noted.Kinds);
        Assert.Equal([new WaitingHook("group", "hook")], noted.Hooks);
    }

    public static TheoryData<string, string> KindsAndKeys => new()
    {
        { nameof(InterruptionKind.SpotReclaim), "aws-node-termination-handler/spot-itn" },
        { nameof(InterruptionKind.Termination), "aws-node-termination-handler/asg-lifecycle-termination" },
        { nameof(InterruptionKind.RebalanceRecommendation), "aws-node-termination-handler/rebalance-recommendation" },
        { nameof(InterruptionKind.ScheduledChange), "aws-node-termination-handler/scheduled-maintenance" },
        { nameof(InterruptionKind.CapacityReclaim), "aws-node-termination-handler/capacity-reclaim" },
        { nameof(InterruptionKind.StateChange), "aws-node-termination-handler/state-change" },
    };

    [Theory, MemberData(nameof(KindsAndKeys))]
    public void Each_kind_has_its_taint(string kind, string key)
    {
        _rig.Options = new() { TaintNode = true };

        var cordoned = Cordon(Order(Soon, Enum.Parse<InterruptionKind>(kind)));

        Assert.Equal([$"{key}:NoSchedule"], cordoned.Noted.Taints);
    }

    [Fact]
    public void Saying_the_same_again_writes_nothing()
    {
        _rig.Options = new() { TaintNode = true, ExcludeFromLoadBalancers = true };
        var order = Order(Soon);
        Cordon(order);

        var again = Cordon(order with { Node = _rig.Node() });

        Assert.False(again.Patched);
        Assert.Single(_rig.Asked, "patch nodes");
    }

    [Fact]
    public void A_node_that_was_written_in_between_is_read_again_and_keeps_what_was_written()
    {
        _rig.Options = new() { TaintNode = true };
        var order = Order(Soon);
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"metadata":{"labels":{"team":"a"}},"spec":{"taints":[{"key":"theirs","value":"x","effect":"NoSchedule"}]}}""");

        Cordon(order);

        Assert.Equal(["patch nodes", "get nodes", "patch nodes"], _rig.Asked);
        Assert.Contains("theirs=x:NoSchedule", TaintsOf(_rig.Node()));
        Assert.Equal("a", _rig.Node().Metadata.Labels["team"]);
    }

    [Fact]
    public void Two_that_cordon_at_once_are_one_interruption()
    {
        var spot = Order(Soon) with { Hooks = [], Chain = "chain-1", StartedBy = "chain-1/1" };
        var hook = Order(Deadline.Soft(_rig.Now.AddHours(1)), InterruptionKind.Termination) with { Hooks = [new("group", "hook")], Chain = "chain-2", StartedBy = "chain-2/1" };

        var replies = _rig.Run(() => Task.WhenAll(_rig.Cordoning.CordonAsync(spot, Token), _rig.Cordoning.CordonAsync(hook, Token))).Cast<CordonReply.Cordoned>().ToArray();

        var noted = NodeInterruptions.Read(_rig.Node())!;
        Assert.Equal(["spotReclaim", "termination"], noted.Kinds);
        Assert.Equal(spot.Deadline, noted.Bound);
        Assert.Equal("chain-2", noted.Chain);
        Assert.Equal([new WaitingHook("group", "hook")], noted.Hooks);
        Assert.Single(replies, reply => reply.ClaimedStarted);
        Assert.True(noted.CordonedByUs);
    }

    [Fact]
    public void A_bound_that_had_passed_before_this_interruption_belongs_to_one_that_is_over()
    {
        Cordon(Order(Deadline.Soft(_rig.Now.AddSeconds(60))));
        _rig.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(1), _rig.Time, Token);
            return 0;
        });

        var later = Order(Deadline.Soft(_rig.Now.AddSeconds(600)), InterruptionKind.RebalanceRecommendation);

        Assert.Equal(later.Deadline, Cordon(later).Noted.Bound);
    }

    [Fact]
    public void A_continuation_keeps_the_bound_that_it_ran_under()
    {
        var order = Order(Deadline.Hard(_rig.Now.AddSeconds(60)));
        Cordon(order);
        _rig.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(10), _rig.Time, Token);
            return 0;
        });

        Assert.Equal(order.Deadline, Cordon(order with { Node = _rig.Node(), Deadline = Deadline.Soft(order.Deadline.At.AddHours(1)) }).Noted.Bound);
    }

    [Fact]
    public void The_cordon_of_a_human_stays_his()
    {
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");

        Assert.False(Cordon(Order(Soon)).Noted.CordonedByUs);
        var undone = Assert.IsType<UndoReply.Undone>(Undo());

        Assert.False(undone.Uncordoned);
        Assert.True(_rig.Node().Spec.Unschedulable);
        Assert.Null(NodeInterruptions.Read(_rig.Node()));
    }

    [Fact]
    public void A_cordon_that_a_human_lifts_meanwhile_is_put_back_as_ours()
    {
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");
        Cordon(Order(Soon));
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":null}}""");

        Assert.True(Cordon(Order(Soon)).Noted.CordonedByUs);
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void Whatever_others_have_put_there_a_cordon_and_its_undo_leave_it_as_it_was() =>
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 4], Gen.Bool, Gen.Bool).Sample(
            (isCordoned, hasOurKey, others, isLabelled, writesBetween) =>
            {
                using var rig = new ClusterRig { Options = new() { TaintNode = true, ExcludeFromLoadBalancers = true } };
                var taints = Enumerable.Range(0, others).Select(number => $$"""{"key":"other-{{number}}","effect":"NoSchedule"}""").ToList();
                if (hasOurKey)
                {
                    taints.Add($$"""{"key":"{{SpotTaint}}","value":"by-hand","effect":"NoSchedule"}""");
                }

                rig.Ask("PATCH", "/api/v1/nodes/node-a", $$$"""
                    {"metadata":{"labels":{"{{{CordonMarks.LoadBalancerLabel}}}":{{{(isLabelled ? "\"by-hand\"" : "null")}}}}},
                     "spec":{"unschedulable":{{{(isCordoned ? "true" : "null")}}},"taints":[{{{string.Join(',', taints)}}}]}}
                    """);
                var before = rig.Node();

                rig.Run(() => rig.Cordoning.CordonAsync(rig.CordonOrder(Deadline.Hard(rig.Now.AddSeconds(60))), Token));
                var cordoned = rig.Node();
                if (writesBetween)
                {
                    rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"metadata":{"labels":{"unrelated":"x"}}}""");
                }

                rig.Run(() => rig.Cordoning.UndoAsync(rig.Target, cordoned, new CordonUndo(), Token));
                var after = rig.Node();

                Assert.Equal(before.Spec.Unschedulable is true, after.Spec.Unschedulable is true);
                // The API server's own taint follows the cordon.
                Assert.Equal(TaintsOf(before).Where(NotTheServers), TaintsOf(after).Where(NotTheServers));
                Assert.Equal(before.Metadata.Labels.OrderBy(label => label.Key), after.Metadata.Labels.Where(label => label.Key != "unrelated").OrderBy(label => label.Key));
                Assert.Null(NodeInterruptions.Read(after));
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void A_note_of_another_instance_starts_anew()
    {
        Annotate(noted => noted with { InstanceId = "i-somebody", Kinds = ["stateChange"], Chain = "zzz", CordonedByUs = true, Deadline = _rig.Now });
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");

        var noted = Cordon(Order(Soon)).Noted;

        Assert.Equal(ClusterRig.InstanceId, noted.InstanceId);
        Assert.Equal(["spotReclaim"], noted.Kinds);
        Assert.Equal("chain-1", noted.Chain);
        Assert.True(noted.CordonedByUs);
    }

    [Fact]
    public void A_machine_that_has_booted_again_since_it_was_cordoned_is_not_touched()
    {
        Annotate(noted => noted with { BootId = "an older one" });

        Assert.IsType<CordonReply.ThreatPassed>(_rig.Run(() => _rig.Cordoning.CordonAsync(Order(Soon) with { FirstSeen = _rig.Now.AddMinutes(-1) }, Token)));
        Assert.Empty(_rig.Asked);
    }

    [Fact]
    public void But_a_new_interruption_of_it_is_a_new_threat()
    {
        Annotate(noted => noted with { BootId = "an older one", CordonedAt = _rig.Now.AddHours(-1), Kinds = ["stateChange"] });

        Assert.Equal(["spotReclaim"], Cordon(Order(Soon)).Noted.Kinds);
    }

    [Fact]
    public void And_a_hook_goes_on_waiting_whatever_the_machine_does()
    {
        Annotate(noted => noted with { BootId = "an older one" });

        Cordon(Order(Soon, InterruptionKind.Termination) with { FirstSeen = _rig.Now.AddMinutes(-1), LaunchedAt = _rig.Now });
    }

    [Fact]
    public void An_instance_that_EC2_has_started_since_is_not_touched()
    {
        Assert.IsType<CordonReply.ThreatPassed>(_rig.Run(() => _rig.Cordoning.CordonAsync(Order(Soon) with { LaunchedAt = _rig.Now.AddSeconds(1) }, Token)));
        Cordon(Order(Soon) with { LaunchedAt = _rig.Now });
    }

    [Theory]
    [InlineData("aws:///eu-central-1a/i-0000000000000000b")]
    [InlineData("aws:///eu-central-1a/xi-0000000000000000a")]
    [InlineData(null)]
    public void A_node_of_another_instance_is_never_touched(string? providerId)
    {
        var order = Order(Soon);
        order.Node.Spec.ProviderID = providerId;

        Assert.Equal(new CordonReply.NotThisInstance(providerId), _rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));
        Assert.Empty(_rig.Asked);
    }

    [Fact]
    public void A_node_that_is_gone_is_gone()
    {
        var order = Order(Soon);
        var noted = Cordon(order).Node;
        _rig.Ask("DELETE", "/api/v1/nodes/node-a");

        Assert.IsType<CordonReply.NodeGone>(_rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));
        Assert.IsType<UndoReply.NodeGone>(_rig.Run(() => _rig.Cordoning.UndoAsync(_rig.Target, noted, new CordonUndo(), Token)));
        Assert.Equal(FinishedClaim.Unclaimable, _rig.Run(() => _rig.Cordoning.ClaimFinishedAsync(_rig.Target, noted, "a/1", Token)));
    }

    [Fact]
    public void The_started_notice_is_claimed_once_and_by_the_same_again()
    {
        Assert.True(Cordon(Order(Soon) with { StartedBy = "a/1" }).ClaimedStarted);
        Assert.True(Cordon(Order(Soon) with { StartedBy = "a/1" }).ClaimedStarted);
        Assert.False(Cordon(Order(Soon) with { StartedBy = "a/2" }).ClaimedStarted);
        Assert.False(Cordon(Order(Soon)).ClaimedStarted);
    }

    [Fact]
    public void The_finished_notice_is_claimed_once_even_by_two_who_read_the_same_node()
    {
        var node = Cordon(Order(Soon)).Node;

        var claims = _rig.Run(() => Task.WhenAll(_rig.Cordoning.ClaimFinishedAsync(_rig.Target, node, "a/1", Token), _rig.Cordoning.ClaimFinishedAsync(_rig.Target, node, "b/1", Token)));

        Assert.Equal([FinishedClaim.Ours, FinishedClaim.Anothers], claims.Order());
        Assert.Equal(FinishedClaim.Ours, _rig.Run(() => _rig.Cordoning.ClaimFinishedAsync(_rig.Target, node, NodeInterruptions.Read(_rig.Node())!.Finished!.By, Token)));
    }

    [Fact]
    public void The_out_of_service_taint_is_ours_and_goes_with_the_undo()
    {
        var node = Cordon(Order(Soon)).Node;

        Assert.True(_rig.Run(() => _rig.Cordoning.MarkOutOfServiceAsync(_rig.Target, node, Token)));
        Assert.Contains("node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", TaintsOf(_rig.Node()));

        Undo();
        Assert.DoesNotContain("node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", TaintsOf(_rig.Node()));
    }

    [Fact]
    public void A_node_that_we_have_not_marked_is_not_put_out_of_service() =>
        Assert.False(_rig.Run(() => _rig.Cordoning.MarkOutOfServiceAsync(_rig.Target, _rig.Node(), Token)));

    [Fact]
    public void An_annotation_that_we_could_have_written_is_read()
    {
        Annotate(Good + "}");

        Assert.Equal(["spotReclaim"], NodeInterruptions.Read(_rig.Node())!.Kinds);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"instanceId":null}""")]
    [InlineData("[]")]
    [InlineData(Good + ""","hooks":[null]}""")]
    [InlineData(Good + ""","hooks":[{"group":null,"hook":"h"}]}""")]
    [InlineData(Good + ""","hooks":[{"group":"g","hook":"h"},{"group":"g","hook":"h"}]}""")]
    [InlineData(Good + ""","labels":[null]}""")]
    [InlineData(Good + ""","taints":["a:NoSchedule","a:NoSchedule"]}""")]
    [InlineData(Good + ""","started":{"at":"0001-01-01T00:00:00Z","by":"x"}}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","kinds":[null],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"c","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","kinds":[],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"c","cordonedAt":"0001-01-01T00:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","kinds":[],"firstSeen":"2026-11-22T12:00:00Z","deadline":"9999-12-31T23:59:59Z","chain":"c","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    public void An_annotation_that_we_would_never_have_written_is_none(string text)
    {
        Annotate(text);

        Assert.Null(NodeInterruptions.Read(_rig.Node()));
        Assert.IsType<UndoReply.NothingOfOurs>(Undo());
        Cordon(Order(Soon));
    }

    [Fact]
    public void A_dry_run_marks_nothing()
    {
        _rig.Options = new() { DryRun = true, TaintNode = true };

        var cordoned = Cordon(Order(Soon) with { StartedBy = "a/1" });

        Assert.Equal((false, false), (cordoned.Patched, cordoned.ClaimedStarted));
        Assert.Empty(_rig.Asked);
    }

    private const string Good = """{"instanceId":"i-0000000000000000a","kinds":["spotReclaim"],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"c","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CordonOrder Order(Deadline deadline, params IReadOnlyList<InterruptionKind> kinds) => _rig.CordonOrder(deadline, kinds);

    private CordonReply.Cordoned Cordon(CordonOrder order) => Assert.IsType<CordonReply.Cordoned>(_rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));

    private UndoReply Undo() => _rig.Run(() => _rig.Cordoning.UndoAsync(_rig.Target, _rig.Node(), new CordonUndo(), Token));

    private NodeInterruption Noted() => new()
    {
        InstanceId = ClusterRig.InstanceId, BootId = _rig.Node().BootId, Kinds = ["spotReclaim"], FirstSeen = _rig.Now, Deadline = _rig.Now, Chain = "chain-0", CordonedAt = _rig.Now, CordonedByUs = true,
    };

    private void Annotate(Func<NodeInterruption, NodeInterruption> change) => Annotate(NodeInterruptions.Write(change(Noted())));

    private void Annotate(string text)
    {
        var annotations = new JsonObject { [NodeInterruption.Annotation] = text };
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } }.ToJsonString());
    }

    private static bool NotTheServers(string taint) => !taint.StartsWith("node.kubernetes.io/unschedulable", StringComparison.Ordinal);

    private static IEnumerable<string> TaintsOf(V1Node node) => (node.Spec.Taints ?? []).Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}");
}
