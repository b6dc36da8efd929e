using CsCheck;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Cordoning;

public sealed class NodeCordonTests : CordoningScene
{
    public static TheoryData<string, string> KindsAndKeys => new()
    {
        { nameof(InterruptionKind.SpotReclaim), "aws-node-termination-handler/spot-itn" },
        { nameof(InterruptionKind.Termination), "aws-node-termination-handler/asg-lifecycle-termination" },
        { nameof(InterruptionKind.RebalanceRecommendation), "aws-node-termination-handler/rebalance-recommendation" },
        { nameof(InterruptionKind.ScheduledChange), "aws-node-termination-handler/scheduled-maintenance" },
        { nameof(InterruptionKind.CapacityReclaim), "aws-node-termination-handler/capacity-reclaim" },
        { nameof(InterruptionKind.StateChange), "aws-node-termination-handler/state-change" },
    };

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
        Assert.Equal("node-drainer", node.Metadata.Labels[CordonPatch.LoadBalancerLabel]);
        var noted = _rig.Annotations.Read(node)!;
        Assert.Equal(cordoned.Noted.ToJson(), noted.ToJson());
        Assert.Equal((true, "1-chain-1", deadline.End), (noted.CordonedByUs, noted.Chain.Name, noted.Deadline));
        Assert.Equal([InterruptionKind.SpotReclaim, InterruptionKind.Termination], noted.Kinds);
        Assert.Equal([new LifecycleHookName("group", "hook")], noted.Hooks);
    }

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

        Cordon(order with { Node = _rig.Node() });

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
        var spot = Order(Soon) with { Hooks = [], Chain = new("1-chain-1"), StartedBy = "1-chain-1/1" };
        var hook = Order(_rig.Soft(_rig.Now.AddHours(1)), InterruptionKind.Termination) with { Hooks = [new("group", "hook")], Chain = new("1-chain-2"), StartedBy = "1-chain-2/1" };

        var replies = _rig.Run(() => Task.WhenAll(_rig.Cordoning.CordonAsync(spot, Token), _rig.Cordoning.CordonAsync(hook, Token))).Cast<CordonReply.Cordoned>().ToArray();

        var noted = _rig.Annotations.Read(_rig.Node())!;
        Assert.Equal([InterruptionKind.SpotReclaim, InterruptionKind.Termination], noted.Kinds);
        Assert.Equal(spot.Bounds.End, noted.Deadline);
        Assert.Equal("1-chain-1", noted.Chain.Name);
        Assert.Equal([new LifecycleHookName("group", "hook")], noted.Hooks);
        Assert.Single(replies, reply => reply.ClaimedStarted);
        Assert.True(noted.CordonedByUs);
    }

    [Fact]
    public void A_bound_that_had_passed_before_this_interruption_belongs_to_one_that_is_over()
    {
        Cordon(Order(_rig.Soft(_rig.Now.AddSeconds(60))));
        _rig.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(1), _rig.Time, Token);
            return 0;
        });

        var later = Order(_rig.Soft(_rig.Now.AddSeconds(600)), InterruptionKind.RebalanceRecommendation);

        Assert.Equal(later.Bounds.End, Cordon(later).Noted.Deadline);
    }

    [Fact]
    public void A_continuation_keeps_the_bound_that_it_ran_under()
    {
        var order = Order(_rig.Machine(_rig.Now.AddSeconds(60)));
        Cordon(order);
        _rig.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(10), _rig.Time, Token);
            return 0;
        });

        Assert.Equal(order.Bounds.End, Cordon(order with { Node = _rig.Node(), Bounds = _rig.Soft(order.Bounds.End.AddHours(1)) }).Noted.Deadline);
    }

    [Fact]
    public void The_cordon_of_a_human_stays_his()
    {
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");

        Assert.False(Cordon(Order(Soon)).Noted.CordonedByUs);

        Assert.IsType<UncordonReply.Undone>(Undo());
        Assert.True(_rig.Node().Spec.Unschedulable);
        Assert.Null(_rig.Annotations.Read(_rig.Node()));
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
                    {"metadata":{"labels":{"{{{CordonPatch.LoadBalancerLabel}}}":{{{(isLabelled ? "\"by-hand\"" : "null")}}}}},
                     "spec":{"unschedulable":{{{(isCordoned ? "true" : "null")}}},"taints":[{{{string.Join(',', taints)}}}]}}
                    """);
                var before = rig.Node();

                rig.Run(() => rig.Cordoning.CordonAsync(rig.CordonOrder(rig.Machine(rig.Now.AddSeconds(60))), Token));
                var cordoned = rig.Node();
                if (writesBetween)
                {
                    rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"metadata":{"labels":{"unrelated":"x"}}}""");
                }

                rig.Run(() => rig.Cordoning.UndoAsync(rig.Target, cordoned, new UncordonPatch(), Token));
                var after = rig.Node();

                Assert.Equal(before.Spec.Unschedulable is true, after.Spec.Unschedulable is true);
                // The API server's own taint follows the cordon.
                Assert.Equal(TaintsOf(before).Where(NotTheServers), TaintsOf(after).Where(NotTheServers));
                Assert.Equal(before.Metadata.Labels.OrderBy(label => label.Key), after.Metadata.Labels.Where(label => label.Key != "unrelated").OrderBy(label => label.Key));
                Assert.Null(rig.Annotations.Read(after));
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void A_dry_run_marks_nothing()
    {
        _rig.Options = new() { TaintNode = true };
        _rig.IsReadOnly = true;

        Cordon(Order(Soon));

        Assert.Empty(_rig.Asked);
    }
}
