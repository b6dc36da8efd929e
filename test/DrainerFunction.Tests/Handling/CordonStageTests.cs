using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;

namespace DrainerFunction.Handling;

public sealed class CordonStageTests : IDisposable
{
    private readonly StageScene _scene = new();

    [Fact]
    public void A_node_that_is_cordoned_is_handed_on_with_what_it_remembers()
    {
        var (_, progress) = Assert.IsType<CordonStageReply.Cordoned>(Cordon());

        Assert.True(progress.Node.Spec.Unschedulable);
        Assert.Equal(("1-chain-1", _scene.Rig.Now), (progress.Annotation!.Chain.Name, progress.CordonedAt!.Value));
    }

    [Fact]
    public void A_node_that_the_cluster_has_removed_leaves_nothing_to_drain_and_its_hook_goes_on()
    {
        var order = Order();
        _scene.Rig.Ask("DELETE", "/api/v1/nodes/node-a");

        var result = Over(Cordon(order));

        Assert.Equal((InterruptionOutcome.NoNode, LifecycleReply.Continue), (result.Outcome, result.Reply));
    }

    [Fact]
    public void A_node_of_another_instance_is_left_alone_and_its_hook_is_not_answered()
    {
        var order = Order();
        order.Node.Spec.ProviderID = "aws:///eu-central-1a/i-0000000000000000f";

        var result = Over(Cordon(order));

        Assert.Equal((InterruptionOutcome.NotOurs, LifecycleReply.Leave), (result.Outcome, result.Reply));
        Assert.Contains("i-0000000000000000f", result.Why, StringComparison.Ordinal);
        Assert.Empty(_scene.Rig.Asked);
    }

    [Fact]
    public void A_machine_that_EC2_has_started_again_is_not_cordoned_and_an_earlier_cordon_is_lifted()
    {
        Cordon();
        Wait(TimeSpan.FromHours(1));
        var instance = _scene.Instance with { LaunchedAt = _scene.Rig.Now.AddMinutes(-1) };

        var result = Over(Cordon(Order() with { FirstSeen = _scene.Rig.Start, LaunchedAt = instance.LaunchedAt }, instance));

        Assert.Equal(InterruptionOutcome.Undone, result.Outcome);
        Assert.EndsWith("; the cordon is lifted", result.Why, StringComparison.Ordinal);
        Assert.NotEqual(true, _scene.Rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void A_hook_goes_on_waiting_whatever_the_machine_does_so_its_node_is_cordoned()
    {
        var order = Order(InterruptionKind.Termination) with { LaunchedAt = _scene.Rig.Now.AddMinutes(1) };

        Assert.IsType<CordonStageReply.Cordoned>(Cordon(order));
    }

    [Fact]
    public void The_end_of_the_only_change_lifts_the_cordon()
    {
        Cordon(Order(InterruptionKind.ScheduledChange));

        var result = End(CalledOff());

        Assert.Equal((InterruptionOutcome.Undone, LifecycleReply.Leave, "over; the cordon is lifted"), (result.Outcome, result.Reply, result.Why));
    }

    [Fact]
    public void The_end_of_one_of_two_changes_leaves_the_node_cordoned()
    {
        Cordon(Order(InterruptionKind.ScheduledChange, InterruptionKind.RebalanceRecommendation));

        Assert.Equal("over; the node stays cordoned for another interruption of its instance", End(CalledOff()).Why);
        Assert.True(_scene.Rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void The_end_of_a_change_that_nothing_was_done_for_says_so() =>
        Assert.Equal("over; there is nothing to take back on the node", End(CalledOff()).Why);

    [Fact]
    public void The_end_of_a_change_whose_node_is_gone_says_so()
    {
        Cordon(Order(InterruptionKind.ScheduledChange));
        var progress = Progress();
        _scene.Rig.Ask("DELETE", "/api/v1/nodes/node-a");

        Assert.Equal("over; the cluster no longer has the node", End(CalledOff(), progress).Why);
    }

    [Fact]
    public void A_machine_that_may_still_come_back_is_looked_at_again()
    {
        var result = End(new ClosedScheduledChange.NotYet("not back", TimeSpan.FromSeconds(15)));

        Assert.Equal((InterruptionOutcome.Waits, new MessageFate.SendOn(TimeSpan.FromSeconds(15), "not back")), (result.Outcome, result.Fate));
    }

    [Fact]
    public void A_node_that_is_kept_as_it_is_ends_its_message()
    {
        var result = End(new ClosedScheduledChange.Kept("the instance is off"));

        Assert.Equal((InterruptionOutcome.Refuted, new MessageFate.Handled(), "the instance is off"), (result.Outcome, result.Fate, result.Why));
        Assert.Empty(_scene.Rig.Asked);
    }

    [Fact]
    public void A_closed_change_beside_another_interruption_is_forgotten_and_the_node_stays_cordoned()
    {
        Cordon(Order(InterruptionKind.ScheduledChange));

        var found = Forget(CalledOff());

        Assert.True(found.Node.Spec.Unschedulable);
        Assert.Empty(_scene.Rig.Annotations.Read(found.Node)!.Kinds);
    }

    [Fact]
    public void Where_no_change_was_closed_the_node_is_not_written_to()
    {
        Forget(closed: null);

        Assert.Empty(_scene.Rig.Asked);
    }

    public void Dispose() => _scene.Dispose();

    private static ClosedScheduledChange.Undone CalledOff() => new(new() { Kind = InterruptionKind.ScheduledChange }, "over");

    private static InterruptionResult Over(CordonStageReply reply) => Assert.IsType<CordonStageReply.Over>(reply).Result;

    private CordonStage Stage => new(_scene.Rig.Cordoning, _scene.Rig.Time);

    private NodeProgress Progress() => new(_scene.Rig.Target, _scene.Rig.Node(), [_scene.Received(_scene.Spot())]);

    private CordonOrder Order(params IReadOnlyList<InterruptionKind> kinds) => _scene.Rig.CordonOrder(_scene.Rig.Soft(_scene.Rig.Now.AddHours(1)), kinds.Count > 0 ? kinds : [InterruptionKind.RebalanceRecommendation]);

    private CordonStageReply Cordon(CordonOrder? order = null) => Cordon(order ?? Order(), _scene.Instance);

    private CordonStageReply Cordon(CordonOrder order, Instance instance) => _scene.Rig.Run(() =>
        Stage.CordonAsync(new(_scene.Rig.Target, order.Node, [_scene.Received(_scene.Spot())]), instance, order, TestContext.Current.CancellationToken));

    private InterruptionResult End(ClosedScheduledChange change, NodeProgress? progress = null) =>
        _scene.Rig.Run(() => Stage.EndClosedChangeAsync(progress ?? Progress(), change, TestContext.Current.CancellationToken));

    private Resolution.Found Forget(ClosedScheduledChange? closed) => _scene.Rig.Run(() => Stage.ForgetClosedChangeAsync(
        new(_scene.Rig.Target, _scene.Rig.Node(), _scene.Instance, []) { ClosedChange = closed }, TestContext.Current.CancellationToken));

    private void Wait(TimeSpan time) => _scene.Rig.Run(async () =>
    {
        await Task.Delay(time, _scene.Rig.Time, TestContext.Current.CancellationToken);
        return 0;
    });
}
