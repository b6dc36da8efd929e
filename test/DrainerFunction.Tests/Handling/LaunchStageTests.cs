using DrainerFunction.Continuations;
using DrainerFunction.Fakes;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Handling;

public sealed class LaunchStageTests : IDisposable
{
    private readonly StageScene _scene = new();

    [Fact]
    public void A_launch_whose_node_is_Ready_goes_on_without_a_question_to_the_cluster()
    {
        var result = Wait();

        Assert.Equal((InterruptionOutcome.Launched, LifecycleReply.Continue, new MessageFate.Handled(), "the node is Ready"), (result.Outcome, result.Reply, result.Fate, result.Why));
        Assert.Equal((ClusterRig.NodeName, _scene.Rig.Start), (result.Progress!.Target.NodeName, result.Progress.ResolvedAt!.Value));
        Assert.Empty(_scene.Rig.Asked);
        Assert.Empty(_scene.Aws.Results);
    }

    [Theory]
    [InlineData(0, nameof(InterruptionOutcome.Launched))]
    [InlineData(1, nameof(InterruptionOutcome.DeadlineMissed))]
    public void A_node_that_was_last_heard_of_before_EC2_started_its_machine_is_not_Ready(int secondsLater, string outcome)
    {
        _scene.Rig.Options = new() { LaunchTimeout = TimeSpan.FromMinutes(1) };
        SetReady(true, heartbeat: _scene.Rig.Start);
        _scene.Instance = _scene.Instance with { LaunchedAt = _scene.Rig.Start.AddSeconds(secondsLater) };

        Assert.Equal(outcome, Wait().Outcome.ToString());
    }

    [Theory]
    [InlineData(58, nameof(InterruptionOutcome.Launched), nameof(LifecycleReply.Continue))]
    [InlineData(61, nameof(InterruptionOutcome.DeadlineMissed), nameof(LifecycleReply.Leave))]
    public void A_node_is_waited_for_until_the_bound_of_its_launch(int readyIn, string outcome, string reply)
    {
        _scene.Rig.Options = new() { LaunchTimeout = TimeSpan.FromMinutes(1) };
        SetReady(false);
        _scene.Rig.After(readyIn, () => SetReady(true));

        var result = Wait();

        Assert.Equal((outcome, reply), (result.Outcome.ToString(), result.Reply.ToString()));
        Assert.NotNull(result.Progress);
    }

    [Theory]
    [InlineData("continue", nameof(LifecycleReply.Continue), "ON_LAUNCH_TIMEOUT is continue")]
    [InlineData("abandon", nameof(LifecycleReply.Abandon), "ON_LAUNCH_TIMEOUT is abandon")]
    [InlineData("leave", nameof(LifecycleReply.Leave), "the lifecycle hook is left to its own timeout")]
    public void At_the_bound_of_a_launch_ON_LAUNCH_TIMEOUT_says_what_its_hook_is_told(string setting, string reply, string why)
    {
        _scene.Rig.Options = DrainerOptions.From(new Dictionary<string, string> { ["ON_LAUNCH_TIMEOUT"] = setting, ["LAUNCH_TIMEOUT"] = "60" });
        SetReady(false);

        InterruptionResult[] results = [Wait(), LaunchStage.WithoutNode(_scene.Context(Received()), new("no node has it", Proven: false, []))];

        Assert.Equal([$"the node did not become Ready in time; {why}", $"the node did not join in time: no node has it; {why}"], results.Select(result => result.Why));
        Assert.All(results, result => Assert.Equal(
            (InterruptionOutcome.DeadlineMissed, reply, new MessageFate.Handled()), (result.Outcome, result.Reply.ToString(), result.Fate)));
    }

    // The invocation works for 840 s, and hands over in the last of them.
    [Theory]
    [InlineData(839, nameof(InterruptionOutcome.DeadlineMissed))]
    [InlineData(840, nameof(InterruptionOutcome.Waits))]
    public void A_launch_whose_bound_the_invocation_does_not_reach_is_looked_at_by_the_next_one(int timeout, string outcome)
    {
        _scene.Rig.Options = new() { LaunchTimeout = TimeSpan.FromSeconds(timeout) };
        SetReady(false);

        Assert.Equal(outcome, Wait().Outcome.ToString());
        Assert.Equal(_scene.Rig.Start.AddSeconds(839), _scene.Rig.Now);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 4)]
    [InlineData(5, 60)]
    public void A_launch_that_goes_on_rests_longer_with_each_hop_and_its_hook_is_left(int attempt, int delay)
    {
        _scene.Rig.Options = new() { LaunchTimeout = TimeSpan.FromHours(1) };
        SetReady(false);

        var result = Wait(Received() with { Attempt = attempt });

        Assert.Equal((LifecycleReply.Leave, new MessageFate.SendOn(TimeSpan.FromSeconds(delay), "the node is not Ready yet")), (result.Reply, result.Fate));
        Assert.NotNull(result.Progress);
    }

    [Theory]
    [InlineData(1, nameof(InterruptionOutcome.DeadlineMissed))]
    [InlineData(3, nameof(InterruptionOutcome.Waits))]
    public void The_own_timeout_of_a_launch_hook_bounds_it_where_that_is_known_within_two_seconds(int knownIn, string outcome)
    {
        _scene.Definitions = [new(StageScene.Hook, LifecycleStates.Launching, TimeSpan.FromMinutes(2), TimeSpan.FromHours(8), "ABANDON")];
        _scene.DefinitionsTake = TimeSpan.FromSeconds(knownIn);
        SetReady(false);

        Assert.Equal(outcome, Wait().Outcome.ToString());
    }

    [Theory]
    [InlineData(null, nameof(InterruptionOutcome.Waits))]
    [InlineData("120", nameof(InterruptionOutcome.DeadlineMissed))]
    public void The_MAX_DRAIN_DURATION_of_a_group_bounds_its_launch_in_place_of_that_of_the_stack(string? tag, string outcome)
    {
        _scene.Definitions = [];
        _scene.GroupTags = tag is null ? null : new Dictionary<string, string> { ["node-drainer/MAX_DRAIN_DURATION"] = tag };
        SetReady(false);

        Assert.Equal(outcome, Wait().Outcome.ToString());
    }

    [Fact]
    public void A_dry_run_waits_for_no_launch_and_lifts_no_cordon()
    {
        _scene.Rig.Cordon(_scene.Rig.Soft(_scene.Rig.Now.AddHours(1)));
        SetReady(false);
        var asked = _scene.Rig.Asked.Count;
        var now = _scene.Rig.Now;
        _scene.Rig.IsReadOnly = true;

        var result = Wait(Received("WarmPool"));

        Assert.Equal((InterruptionOutcome.Launched, LifecycleReply.Continue, "the node is not waited for"), (result.Outcome, result.Reply, result.Why));
        Assert.Equal((ClusterRig.NodeName, now, asked), (result.Progress!.Target.NodeName, _scene.Rig.Now, _scene.Rig.Asked.Count));
    }

    [Theory]
    [InlineData("WarmPool", false)]
    [InlineData("EC2", true)]
    public void The_cordon_of_an_earlier_drain_is_lifted_from_a_node_that_comes_out_of_a_warm_pool(string origin, bool isCordoned)
    {
        _scene.Rig.Cordon(_scene.Rig.Soft(_scene.Rig.Now.AddHours(1)));

        Assert.Equal(InterruptionOutcome.Launched, Wait(Received("EC2"), Received(origin)).Outcome);
        Assert.Equal(isCordoned, _scene.Rig.Node().Spec.Unschedulable is true);
    }

    [Fact]
    public void The_cordon_of_others_stays_on_a_node_that_comes_out_of_a_warm_pool()
    {
        _scene.Rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");

        Assert.Equal(InterruptionOutcome.Launched, Wait(Received("WarmPool")).Outcome);
        Assert.True(_scene.Rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void A_node_that_was_Ready_when_its_cordon_was_lifted_is_not_watched()
    {
        _scene.Rig.Cordon(_scene.Rig.Soft(_scene.Rig.Now.AddHours(1)));
        SetReady(false);
        var stale = _scene.Rig.Node();
        SetReady(true);

        Assert.Equal(InterruptionOutcome.Launched, Wait(stale, Received("WarmPool")).Outcome);
        Assert.DoesNotContain(_scene.Rig.Asked, asked => asked is "list nodes" or "watch nodes");
    }

    [Fact]
    public void A_launch_whose_messages_another_invocation_has_ends_without_an_answer()
    {
        SetReady(false);
        _scene.Rig.After(10, _scene.LeaseLost.Cancel);

        var result = Wait();

        Assert.Equal((StageRunner.LeaseLost.Why, LifecycleReply.Leave, ClusterRig.NodeName), (result.Why, result.Reply, result.Progress!.Target.NodeName));
    }

    public void Dispose() => _scene.Dispose();

    private void SetReady(bool isReady, DateTimeOffset? heartbeat = null) => _scene.Rig.Ask("PATCH", "/api/v1/nodes/node-a/status", $$$"""
        {"status":{"conditions":[{"type":"Ready","status":"{{{isReady}}}","lastHeartbeatTime":"{{{heartbeat ?? _scene.Rig.Now:yyyy-MM-ddTHH:mm:ssZ}}}"}]}}
        """);

    private ReceivedInterruption Received(string origin = "EC2") => _scene.Received(
        new Interruption.Launch(new(StageScene.Group, StageScene.Hook, "token", origin, null)) { InstanceId = ClusterRig.InstanceId, Account = StageScene.Scope.Account, Region = StageScene.Scope.Region, At = _scene.Rig.Now });

    private InterruptionResult Wait(params IReadOnlyList<ReceivedInterruption> received) => Wait(_scene.Rig.Node(), received is [] ? [Received()] : received);

    private InterruptionResult Wait(V1Node node, params IReadOnlyList<ReceivedInterruption> received) => _scene.Run(received, (context, working) =>
        new LaunchStage(_scene.Rig.Cordoning, _scene.Runner, _scene.Rig.Time).WaitUntilReadyAsync(context, new(_scene.Rig.Target, node, _scene.Instance, received), working));
}
