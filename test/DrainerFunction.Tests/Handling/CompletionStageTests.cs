using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Fakes;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Runtime.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrainerFunction.Handling;

public sealed class CompletionStageTests : IDisposable
{
    private static readonly InterruptionResult Drained = InterruptionResult.Answered(InterruptionOutcome.Drained, LifecycleReply.Continue, "the node is drained");

    private readonly StageScene _scene = new() { Webhook = { IsSet = true } };
    private readonly MemoryStream _lines = new();
    private readonly CompletedDrains _completed;
    private TimeSpan _extendedAgo;

    public CompletionStageTests() => _completed = new(_scene.Rig.Time);

    [Theory]
    [InlineData(nameof(LifecycleReply.Continue), "Continue")]
    [InlineData(nameof(LifecycleReply.Abandon), "Abandon")]
    [InlineData(nameof(LifecycleReply.Leave), null)]
    public void The_hook_is_told_what_is_owed_to_it(string reply, string? told)
    {
        var ofMessage = Complete(InterruptionResult.Answered(InterruptionOutcome.DeadlineMissed, Enum.Parse<LifecycleReply>(reply), "why"));

        Assert.Equal(told is null ? [] : [told], _scene.Aws.Results.Select(result => result.ToString()));
        Assert.IsType<MessageFate.Handled>(ofMessage.Fate);
    }

    [Fact]
    public void An_instance_whose_drain_was_completed_is_remembered()
    {
        Complete(Drained);

        Assert.True(_completed.Has(ClusterRig.InstanceId));
    }

    [Fact]
    public void A_hook_that_the_result_does_not_answer_goes_on_waiting()
    {
        Complete(Drained with { RepliesTo = [new("another-group", "another-hook")] });

        Assert.Empty(_scene.Aws.Results);
    }

    [Fact]
    public void Nothing_is_answered_once_another_invocation_has_the_messages_and_the_line_is_written()
    {
        _scene.LeaseLost.Cancel();

        Complete(StageRunner.LeaseLost);

        Assert.Empty(_scene.Aws.Results);
        Assert.Single(_scene.Batch.Reports);
        Assert.Contains(ClusterRig.InstanceId, Lines, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hook_that_may_not_be_completed_is_completed_by_the_next_invocation()
    {
        _scene.Complete = () => throw new AwsCallException(AwsRefusal.Denied, "autoscaling:CompleteLifecycleAction", "AccessDenied", "not yours");

        var sendOn = Assert.IsType<MessageFate.SendOn>(Complete(Drained).Fate);

        Assert.StartsWith("the lifecycle hook could not be completed: ", sendOn.Why, StringComparison.Ordinal);
        Assert.Contains("must carry the managed tag", sendOn.Why, StringComparison.Ordinal);
        Assert.False(_completed.Has(ClusterRig.InstanceId));
    }

    [Fact]
    public void A_hook_that_cannot_wait_any_more_is_not_asked_about_for_ever()
    {
        _scene.Complete = () => throw new AwsCallException(AwsRefusal.Denied, "autoscaling:CompleteLifecycleAction", "AccessDenied", "not yours");
        var old = _scene.Received(_scene.Termination()) with { FirstSeen = _scene.Rig.Now.AddHours(-9) };

        Assert.IsType<MessageFate.Handled>(Complete(Drained, old).Fate);
        Assert.Contains("has timed out", _scene.Batch.Reports[0].Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 100)]
    [InlineData(30, 0)]
    public void A_message_of_a_hook_is_sent_on_before_a_third_of_its_timeout_and_at_once_where_that_is_short(int timeout, int delay)
    {
        _scene.Definitions = [new(StageScene.Hook, LifecycleStates.Terminating, TimeSpan.FromSeconds(timeout), TimeSpan.FromHours(8), "ABANDON")];

        var fate = Complete(InterruptionResult.Deferred(InterruptionOutcome.Continues, "more to do", TimeSpan.FromMinutes(10))).Fate;

        Assert.Equal(new MessageFate.SendOn(TimeSpan.FromSeconds(delay), "more to do"), fate);
    }

    // Of 300 s a hundred are left, and no beat is accepted: a third of the timeout would end it.
    [Fact]
    public void A_message_whose_last_beat_was_refused_is_back_while_half_of_the_time_of_its_hook_is_left()
    {
        _scene.Beat = () => throw new AwsCallException(AwsRefusal.Throttled, "autoscaling:RecordLifecycleActionHeartbeat", "Throttling", "Rate exceeded");
        _extendedAgo = TimeSpan.FromSeconds(200);

        var fate = Complete(InterruptionResult.Deferred(InterruptionOutcome.Continues, "more to do", TimeSpan.FromMinutes(10))).Fate;

        Assert.Equal(new MessageFate.SendOn(TimeSpan.FromSeconds(50), "more to do"), fate);
    }

    [Theory]
    [InlineData(false, 600)]
    [InlineData(true, 2)]
    public void A_message_without_a_hook_is_sent_on_when_it_asks_for_it_and_within_two_seconds_where_the_machine_goes(bool machineGoes, int delay) => Assert.Equal(
        new MessageFate.SendOn(TimeSpan.FromSeconds(delay), "more to do"),
        Complete(InterruptionResult.Deferred(InterruptionOutcome.Waits, "more to do", TimeSpan.FromMinutes(10)), _scene.Received(machineGoes ? _scene.Spot() : _scene.Rebalance())).Fate);

    [Fact]
    public void A_message_whose_work_a_younger_chain_has_taken_over_ends_here()
    {
        var progress = Cordon("1-chain-1");
        Cordon("1-chain-2");

        var ofMessage = Complete(InterruptionResult.Deferred(InterruptionOutcome.Continues, "more to do", TimeSpan.Zero) with { Progress = progress }, _scene.Received(_scene.Spot()));

        Assert.IsType<MessageFate.Handled>(ofMessage.Fate);
        Assert.Equal(InterruptionOutcome.Superseded, _scene.Batch.Reports[0].Outcome);
    }

    [Fact]
    public void The_finished_notice_of_a_drain_that_was_started_is_sent_once()
    {
        var progress = Cordon("1-chain-1", startedBy: "1-chain-1");

        Complete(Drained with { Progress = progress }, _scene.Received(_scene.Spot(), "m-1"));
        Complete(Drained with { Progress = progress with { Confirmed = [_scene.Received(_scene.Spot(_scene.Rig.Now.AddSeconds(1)), "m-2")] } }, _scene.Received(_scene.Spot(), "m-2"));

        Assert.Single(_scene.Webhook.Seen);
    }

    [Fact]
    public void A_young_message_that_AWS_does_not_confirm_beside_one_that_it_does_is_looked_at_again()
    {
        var (confirmed, other) = (_scene.Received(_scene.Spot(), "m-1"), _scene.Received(_scene.Termination(), "m-2"));

        var ofMessages = CompleteAll(Drained with { Answers = [confirmed] }, confirmed, other);

        Assert.IsType<MessageFate.Handled>(ofMessages["m-1"].Fate);
        Assert.Equal("AWS does not confirm the interruption yet", Assert.IsType<MessageFate.SendOn>(ofMessages["m-2"].Fate).Why);
    }

    [Fact]
    public void A_message_that_goes_on_remembers_the_node_that_is_worked_on_and_that_AWS_has_confirmed_it()
    {
        var received = _scene.Received(_scene.Spot());
        var progress = Cordon("1-chain-1") with { Confirmed = [received] };

        var ofMessage = Complete(InterruptionResult.Deferred(InterruptionOutcome.Continues, "more to do", TimeSpan.Zero) with { Progress = progress }, received);

        Assert.Equal((new NodeReference("blue", "node-a") { WasCordonedByUs = true }, ClusterRig.InstanceId), (ofMessage.Memory.Node, Assert.Single(ofMessage.Memory.Confirmed)));
    }

    [Fact]
    public void Events_that_are_not_written_yet_when_the_messages_are_lost_are_dropped()
    {
        _scene.Rig.Options = new() { EmitKubernetesEvents = true };
        var (events, progress) = (_scene.Events, Cordon("1-chain-1"));
        _scene.LeaseLost.Cancel();

        _scene.Rig.Run(async () =>
        {
            events.Cordoned(progress.Target);
            events.Interrupted(progress.Target, new() { Scope = StageScene.Scope, InstanceId = ClusterRig.InstanceId, Kinds = Enum.GetValues<InterruptionKind>(), MessageIds = [], ReceivedAt = default, FirstSeen = default, EventAt = default, Attempt = 0 });
            await StageOf(events).CompleteAsync(_scene.Context(_scene.Received(_scene.Spot())), StageRunner.LeaseLost with { Progress = progress });
            await Assert.Single(_scene.Batch.EventFlushes);
            return 0;
        });

        Assert.InRange(_scene.Rig.AskedAt("create", "events").Count(), 0, 1);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _scene.Dispose();
    }

    private string Lines => System.Text.Encoding.UTF8.GetString(_lines.ToArray());

    private NodeProgress Cordon(string chain, string? startedBy = null)
    {
        var order = _scene.Rig.CordonOrder(_scene.Rig.Soft(_scene.Rig.Now.AddHours(1))) with { Chain = new(chain), StartedBy = startedBy };
        var cordoned = Assert.IsType<CordonReply.Cordoned>(_scene.Rig.Run(() => _scene.Rig.Cordoning.CordonAsync(order, TestContext.Current.CancellationToken)));
        return new(_scene.Rig.Target, cordoned.Node, [_scene.Received(_scene.Spot())]) { Annotation = cordoned.Noted, Order = order, CordonedAt = _scene.Rig.Now };
    }

    private MessageResult Complete(InterruptionResult result, ReceivedInterruption? received = null) => Assert.Single(CompleteAll(result, received ?? _scene.Received(_scene.Termination()))).Value;

    private IReadOnlyDictionary<string, MessageResult> CompleteAll(InterruptionResult result, params IReadOnlyList<ReceivedInterruption> received) => _scene.Rig.Run(async () =>
    {
        var (rig, stage) = (_scene.Rig, StageOf(_scene.Events));
        var context = _scene.Context(received);
        foreach (var action in received.Select(one => one.Action).OfType<LifecycleAction>())
        {
            context.Hooks.Keep(new(action.AutoScalingGroupName, action.HookName, ClusterRig.InstanceId, action.Token), beganAt: null, rig.Now - _extendedAgo, keepUntil: null, TestContext.Current.CancellationToken);
        }

        await context.Hooks.WaitUntilKnownAsync(TestContext.Current.CancellationToken);
        var ofMessages = await stage.CompleteAsync(context, result);
        await context.Hooks.DisposeAsync();
        return ofMessages;
    });

    private CompletionStage StageOf(KubernetesEventPublisher events)
    {
        var rig = _scene.Rig;
        var reporter = new Reporter(rig.Options, "drainer", new LineOutput(_lines), rig.Time, NullLogger<Reporter>.Instance);
        return new(rig.Annotations, events, reporter, new(rig.Time), _completed, rig.Time, NullLogger<CompletionStage>.Instance);
    }
}
