using DrainerFunction.Continuations;
using DrainerFunction.Fakes;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

public sealed class ActionStageTests : IDisposable
{
    private readonly StageScene _scene = new();
    private readonly MemoryStream _lines = new();

    [Theory]
    [InlineData("drain", "ignore", "Ignored", "Leave")]
    [InlineData("drain", "cordon", "Cordoned", "Continue")]
    [InlineData("ignore", "drain", "Drained", "Continue")]
    [InlineData("cordon", "drain", "Drained", "Continue")]
    public void The_action_that_a_group_sets_outranks_that_of_the_stack(string stack, string group, string outcome, string reply)
    {
        Set("ACTION_TERMINATION", stack);
        SetOfGroup("ACTION_TERMINATION", group);

        Assert.Equal((outcome, reply), Told(Act(_scene.Received(_scene.Termination()))));
    }

    [Theory]
    [InlineData(false, "a tag of its group sets the action to ignore")]
    [InlineData(true, "the Auto Scaling group does not replace instances on a rebalance recommendation, so a cordon would never be lifted")]
    public void What_is_ignored_is_no_question_to_the_cluster_and_the_reason_is_a_tag_only_where_that_ignores_every_message(bool isRecommended, string why)
    {
        SetOfGroup("ACTION_TERMINATION", "ignore");

        var result = Act([_scene.Received(_scene.Termination()), .. isRecommended ? [_scene.Received(_scene.Rebalance(), "m-2")] : (ReceivedInterruption[])[]]);

        Assert.Equal((("Ignored", "Leave"), why, _scene.Rig.Start, isRecommended ? 2 : 1), (Told(result), result.Why, result.Progress!.ResolvedAt!.Value, result.Answers!.Count));
        Assert.Empty(_scene.Rig.Asked);
    }

    [Fact]
    public void A_closed_change_beside_nothing_that_is_acted_on_lifts_its_cordon()
    {
        Cordon(InterruptionKind.ScheduledChange);

        Assert.Equal("over; the cordon is lifted", Act(Found(ClosedChange, _scene.Received(_scene.Change(_scene.Rig.Now, ScheduledChangeStatus.Closed)))).Why);
    }

    [Fact]
    public void A_closed_change_beside_a_reclaim_is_forgotten_and_the_node_is_drained()
    {
        _scene.AddPod("web");
        Cordon(InterruptionKind.ScheduledChange);

        Assert.Equal("the node is drained", Act(Found(ClosedChange, _scene.Received(_scene.Spot()))).Why);
        Assert.Equal([InterruptionKind.SpotReclaim], _scene.Rig.Annotations.Read(_scene.Rig.Node())!.Kinds);
    }

    [Fact]
    public void A_node_is_cordoned_before_its_pods_are_evicted_and_its_hook_goes_on()
    {
        _scene.AddPod("web");

        var result = Act(_scene.Received(_scene.Termination()));

        Assert.Equal((("Drained", "Continue"), new LifecycleHookName(StageScene.Group, StageScene.Hook)), (Told(result), Assert.Single(result.Progress!.Order!.Hooks)));
        Assert.Equal(["patch nodes", "create pods/eviction"], Written);
    }

    [Theory]
    [InlineData("cordon", "Cordoned")]
    [InlineData("drain", "DryRun")]
    public void A_dry_run_of_any_action_writes_nothing_to_the_cluster(string action, string outcome)
    {
        Set("ACTION_TERMINATION", action);
        _scene.Rig.IsReadOnly = true;
        _scene.AddPod("web");

        Assert.Equal(outcome, Act(_scene.Received(_scene.Termination())).Outcome.ToString());
        Assert.Empty(Written);
    }

    [Theory]
    [InlineData("cordon", 1)]
    [InlineData("ignore", 0)]
    public void A_cordon_alone_leaves_the_pods_and_answers_no_hook_but_those_of_what_it_is_done_for(string termination, int answered)
    {
        Set("ACTION_SPOT_RECLAIM", "cordon");
        SetOfGroup("ACTION_TERMINATION", termination);
        _scene.AddPod("web");

        var result = Act(_scene.Received(_scene.Spot(), "m-1"), _scene.Received(_scene.Termination(), "m-2"));

        Assert.Equal((("Cordoned", "Continue"), answered), (Told(result), result.RepliesTo!.Count));
        Assert.Equal((true, "web"), (result.Progress!.Node.Spec.Unschedulable, Assert.Single(_scene.Rig.PodsLeft)));
        Assert.Equal(["patch nodes"], Written);
    }

    [Theory]
    [InlineData(InterruptionKind.SpotReclaim, "drain", "Superseded", "Leave", 1)]
    [InlineData(InterruptionKind.SpotReclaim, "cordon", "Cordoned", "Continue", 2)]
    [InlineData(InterruptionKind.RebalanceRecommendation, "drain", "AlreadyHandled", "Continue", 3)]
    internal void Only_a_drain_is_left_to_newer_work_that_knows_what_it_knows(InterruptionKind known, string action, string outcome, string reply, int writes)
    {
        Set("ACTION_SPOT_RECLAIM", action);
        _scene.AddPod("web");
        var spot = _scene.Received(_scene.Spot());
        Cordon(known);

        var result = Act(spot);

        Assert.Equal(((outcome, reply), new MessageFate.Handled(), writes), (Told(result), result.Fate, Written.Count()));
    }

    [Fact]
    public void Of_a_node_that_is_gone_when_it_is_to_be_cordoned_no_pod_is_asked_for()
    {
        var found = Found(null, _scene.Received(_scene.Termination()));
        _scene.Rig.Ask("DELETE", "/api/v1/nodes/node-a");

        Assert.Equal(("NoNode", "Continue"), Told(Act(found)));
        Assert.DoesNotContain("list pods", _scene.Rig.Asked);
    }

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(3, 3600)]
    public void The_GlobalTimeout_of_a_hook_bounds_its_drain_where_that_is_known_within_two_seconds(int knownIn, int bound)
    {
        _scene.Definitions = [_scene.Definitions[0] with { HeartbeatTimeout = TimeSpan.FromSeconds(30), GlobalTimeout = TimeSpan.FromSeconds(3000) }];
        _scene.DefinitionsTake = TimeSpan.FromSeconds(knownIn);

        Assert.Equal(_scene.Rig.Start.AddSeconds(bound), Act(_scene.Received(_scene.Termination())).Progress!.Order!.Deadlines[InterruptionKind.Termination]);
    }

    [Theory]
    [InlineData("theirs", LifecycleStates.Terminating, null, 0, true)]
    [InlineData("theirs", LifecycleStates.Launching, null, 0, false)]
    [InlineData("Terminate-LC-Hook", LifecycleStates.Terminating, null, 0, false)]
    [InlineData("theirs", LifecycleStates.Terminating, "drain,theirs", 0, false)]
    [InlineData("theirs", LifecycleStates.Terminating, null, 1, false)]
    public void On_a_first_look_it_is_said_that_a_group_has_several_hooks_of_which_no_setting_says_whose_they_are(string other, string transition, string? named, int attempt, bool isSaid)
    {
        Set("LIFECYCLE_HOOKS", named ?? "");
        _scene.Definitions = [.. _scene.Definitions, _scene.Definitions[0] with { HookName = other, Transition = transition }];

        Act(_scene.Received(_scene.Termination()) with { Attempt = attempt });

        Assert.Equal(isSaid, System.Text.Encoding.UTF8.GetString(_lines.ToArray()).Contains("Auto Scaling group workers has several termination hooks", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(10, true)]
    public void Work_that_another_invocation_takes_over_says_how_far_it_came(int seconds, bool isCordoned)
    {
        _scene.AddPod("slow", stopsIn: 3600);
        _scene.Rig.After(seconds, _scene.LeaseLost.Cancel);

        var result = Act(_scene.Received(_scene.Spot()));

        Assert.Equal((StageRunner.LeaseLost.Why, LifecycleReply.Leave, isCordoned), (result.Why, result.Reply, result.Progress!.Annotation is not null));
    }

    public void Dispose()
    {
        _lines.Dispose();
        _scene.Dispose();
    }

    private static (string Outcome, string Reply) Told(InterruptionResult result) => (result.Outcome.ToString(), result.Reply.ToString());

    private static ClosedScheduledChange.Undone ClosedChange => new(new() { Kind = InterruptionKind.ScheduledChange }, "over");

    private IEnumerable<string> Written => _scene.Rig.Asked.Where(asked => asked.Split(' ')[0] is "patch" or "create" or "delete");

    private void Set(string name, string value) => _scene.Rig.Options = DrainerOptions.From(new Dictionary<string, string> { [name] = value });

    private void SetOfGroup(string name, string value) => _scene.GroupTags = new Dictionary<string, string> { [$"node-drainer/{name}"] = value };

    private void Cordon(InterruptionKind kind) => _scene.Rig.Run(() => _scene.Rig.Cordoning.CordonAsync(
        _scene.Rig.CordonOrder(_scene.Rig.Machine(_scene.Rig.Now.AddMinutes(2)), kind) with { Chain = Chain.First(_scene.Rig.Start, "m-9") }, TestContext.Current.CancellationToken));

    private Resolution.Found Found(ClosedScheduledChange? closed, params IReadOnlyList<ReceivedInterruption> confirmed) =>
        new(_scene.Rig.Target, _scene.Rig.Node(), _scene.Instance, confirmed) { ClosedChange = closed };

    private InterruptionResult Act(params IReadOnlyList<ReceivedInterruption> received) => Act(Found(null, received));

    private InterruptionResult Act(Resolution.Found found) => _scene.Run(found.Confirmed, (context, working) =>
    {
        var (rig, runner, cordon) = (_scene.Rig, _scene.Runner, new CordonStage(_scene.Rig.Cordoning, _scene.Rig.Time));
        var drain = new DrainStage(rig.Cordoning, rig.Drainer, runner, _scene.Events, rig.Time);
        var logger = new JsonLinesLoggers(new LineOutput(_lines), LogLevel.Information, rig.Time).CreateLogger<ActionStage>();
        return new ActionStage(new(_scene.Aws, rig.Annotations, _scene.Hooks, rig.Time), rig.Annotations, cordon, drain, runner, _scene.Hooks, rig.Time, logger).ActAsync(context, found, working);
    });
}
