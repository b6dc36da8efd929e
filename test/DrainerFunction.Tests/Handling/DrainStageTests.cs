using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

public sealed class DrainStageTests : IDisposable
{
    private readonly StageScene _scene = new() { Webhook = { IsSet = true } };

    [Fact]
    public void A_node_whose_pods_have_gone_is_drained_and_its_hook_goes_on()
    {
        _scene.AddPod("web");

        var result = Drain();

        Assert.Equal((InterruptionOutcome.Drained, LifecycleReply.Continue, new MessageFate.Handled()), (result.Outcome, result.Reply, result.Fate));
        Assert.Empty(_scene.Rig.PodsLeft);
        Assert.Single(result.Progress!.Drain!.Evicted);
    }

    [Fact]
    public void A_drain_that_outlasts_the_invocation_goes_on_in_the_next_one()
    {
        _scene.AddPod("slow", stopsIn: 3600);

        var result = Drain(Hook(hours: 2));

        Assert.Equal((InterruptionOutcome.Continues, LifecycleReply.Leave), (result.Outcome, result.Reply));
        Assert.IsType<MessageFate.SendOn>(result.Fate);
    }

    [Theory]
    [InlineData("continue", nameof(LifecycleReply.Continue))]
    [InlineData("abandon", nameof(LifecycleReply.Abandon))]
    [InlineData("leave", nameof(LifecycleReply.Leave))]
    public void At_the_bound_of_a_hook_ON_TIMEOUT_says_what_it_is_told(string setting, string reply)
    {
        _scene.Rig.Options = DrainerOptions.From(new Dictionary<string, string> { ["ON_TIMEOUT"] = setting });
        _scene.Rig.DeadlineIsHard = false;
        _scene.AddPod("slow", stopsIn: 3600);

        var result = Drain(_scene.Rig.Soft(_scene.Rig.Now.AddMinutes(5)));

        Assert.Equal((InterruptionOutcome.DeadlineMissed, reply), (result.Outcome, result.Reply.ToString()));
    }

    [Fact]
    public void At_the_end_of_a_machine_EC2_is_asked_whether_it_still_runs()
    {
        _scene.Rig.Options = new() { ForceBeforeDeadline = false };
        _scene.Rig.Cluster.AddReplicaSet(_scene.Rig.Pod("web") with { Node = null }, 1, ClusterRig.NodeName);
        _scene.Rig.Cluster.AddDisruptionBudget("web", minAvailable: "1");

        var result = Drain(_scene.Rig.Machine(_scene.Rig.Now.AddMinutes(2)));

        Assert.Equal((InterruptionOutcome.Continues, "the instance was to be ended by now; EC2 is asked whether it still runs"), (result.Outcome, result.Why));
    }

    [Fact]
    public void A_Spot_request_that_EC2_calls_fulfilled_meanwhile_ends_the_drain()
    {
        _scene.Instances.SpotStatus = "fulfilled";
        _scene.AddPod("slow", stopsIn: 3600);

        var result = Drain(_scene.Rig.Machine(_scene.Rig.Now.AddMinutes(2)));

        Assert.Equal((InterruptionOutcome.Continues, "the Spot request of the instance no longer says that EC2 takes it"), (result.Outcome, result.Why));
    }

    [Fact]
    public void A_machine_that_is_off_ends_the_drain_of_what_was_still_on_it()
    {
        _scene.AddPod("slow", stopsIn: 3600);
        _scene.Rig.After(20, () => _scene.Instance = _scene.Instance with { Life = InstanceLife.Terminated });

        var result = Drain(_scene.Rig.Going(_scene.Rig.Now.AddMinutes(10)));

        Assert.Equal(InterruptionOutcome.DeadlineMissed, result.Outcome);
        Assert.Contains("ended before these pods did: default/slow", result.Why, StringComparison.Ordinal);
        Assert.True(_scene.Rig.Now - _scene.Rig.Start < TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void The_out_of_service_taint_is_put_on_the_node_of_a_machine_that_is_off_where_it_is_asked_for(bool isEnabled, bool isTainted)
    {
        _scene.Rig.Options = new() { EnableOutOfServiceTaint = isEnabled };
        _scene.Instance = _scene.Instance with { Life = InstanceLife.Stopped };

        Drain(_scene.Rig.Going(_scene.Rig.Now.AddMinutes(10)));

        Assert.Equal(isTainted, _scene.Rig.Node().Spec.Taints.Any(taint => taint.Key == "node.kubernetes.io/out-of-service"));
    }

    [Fact]
    public void A_completion_that_is_to_be_delayed_waits_for_its_time_where_the_invocation_has_it()
    {
        _scene.Rig.Options = new() { CompleteLifecycleActionDelay = TimeSpan.FromMinutes(3) };

        var result = Drain(Hook(hours: 1), withHook: true);

        Assert.Equal(InterruptionOutcome.Drained, result.Outcome);
        Assert.True(_scene.Rig.Now - _scene.Rig.Start >= TimeSpan.FromMinutes(3));
    }

    [Fact]
    public void A_completion_that_is_delayed_beyond_the_invocation_is_remembered_by_message_and_node()
    {
        _scene.Rig.Options = new() { CompleteLifecycleActionDelay = TimeSpan.FromMinutes(30) };

        var result = Drain(Hook(hours: 1), withHook: true);

        Assert.Equal(InterruptionOutcome.Continues, result.Outcome);
        Assert.Equal(result.CompleteAt, _scene.Rig.Annotations.Read(_scene.Rig.Node())!.CompleteAt);
        Assert.True(result.CompleteAt >= _scene.Rig.Start.AddMinutes(30));
    }

    [Fact]
    public void A_dry_run_plans_and_evicts_nothing()
    {
        _scene.Rig.IsReadOnly = true;
        _scene.AddPod("web");

        Assert.Equal(InterruptionOutcome.DryRun, Drain().Outcome);
        Assert.Equal(["web"], _scene.Rig.PodsLeft);
    }

    [Fact]
    public void No_pod_is_evicted_before_the_other_node_of_the_batch_is_cordoned_or_two_seconds_are_over()
    {
        _scene.AddPod("web");
        _scene.Batch.Barrier.Enter(StageScene.Scope);

        Drain();

        Assert.All(_scene.Rig.AskedAt("create", "pods/eviction"), at => Assert.True(at >= _scene.Rig.Start.AddSeconds(2)));
    }

    [Theory]
    [InlineData(StageScene.Hook, true)]
    [InlineData("another", false)]
    public void Hooks_that_the_annotation_names_are_kept_waiting_where_LIFECYCLE_HOOKS_names_them(string setting, bool areKept)
    {
        _scene.Rig.Options = DrainerOptions.From(new Dictionary<string, string> { ["LIFECYCLE_HOOKS"] = setting });
        _scene.AddPod("slow", stopsIn: 400);

        Drain(Hook(hours: 1), withHook: true);

        Assert.Equal(areKept, _scene.Aws.Asked.Contains("beat"));
    }

    [Fact]
    public void The_started_notice_is_sent_by_the_message_that_claimed_it()
    {
        Drain(startedBy: "1-chain-1");

        Assert.Equal(["started"], _scene.Webhook.Seen.Select(notice => notice.Word));
    }

    [Fact]
    public void A_notice_that_another_message_has_claimed_is_not_sent_again()
    {
        Drain();

        Assert.Empty(_scene.Webhook.Seen);
    }

    public void Dispose() => _scene.Dispose();

    private Bounds Hook(int hours) => _scene.Rig.Hook(_scene.Rig.Now.AddHours(hours));

    private InterruptionResult Drain(Bounds? bounds = null, bool withHook = false, string? startedBy = null)
    {
        var rig = _scene.Rig;
        var until = bounds ?? rig.Hook(rig.Now.AddHours(1));
        rig.DeadlineIsHard = until.EndTheMachine;
        return rig.Run(async () =>
        {
            var stage = new DrainStage(rig.Cordoning, rig.Drainer, _scene.Runner, _scene.Events, rig.Time);
            var context = _scene.Context(_scene.Received(withHook ? _scene.Termination() : _scene.Spot()));
            var order = rig.CordonOrder(until, withHook ? InterruptionKind.Termination : InterruptionKind.SpotReclaim) with
            {
                Hooks = withHook ? [new(StageScene.Group, StageScene.Hook)] : [],
                StartedBy = startedBy,
            };
            var cordoned = Assert.IsType<CordonReply.Cordoned>(await rig.Cordoning.CordonAsync(order, TestContext.Current.CancellationToken));
            var progress = new NodeProgress(rig.Target, cordoned.Node, context.Instance.Received) { Annotation = cordoned.Noted, Order = order, CordonedAt = rig.Now };
            var result = await stage.DrainAsync(context, _scene.Instance, order, cordoned, progress, context.Batch.Spent);
            await context.Hooks.DisposeAsync();
            return result;
        });
    }
}
