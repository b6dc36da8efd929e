using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Cordoning;

/// <summary>One reason for a cordon is called off; the others, and what is newer, stay.</summary>
public sealed class UncordonPatchTests : IDisposable
{
    private static readonly UncordonPatch CalledOff = new() { Kind = InterruptionKind.ScheduledChange };

    private readonly ClusterRig _rig = new() { Options = new() { TaintNode = true } };

    [Fact]
    public void The_last_reason_takes_the_cordon_with_it()
    {
        Cordon(InterruptionKind.ScheduledChange);

        Assert.IsType<UncordonReply.Undone>(Undo(CalledOff));
        Assert.NotEqual(true, _rig.Node().Spec.Unschedulable);
        Assert.Null(_rig.Annotations.Read(_rig.Node()));
    }

    [Fact]
    public void One_of_two_reasons_takes_only_its_own_taint_and_its_own_date()
    {
        var order = _rig.CordonOrder(_rig.Soft(_rig.Now.AddHours(1)), InterruptionKind.RebalanceRecommendation);
        Cordon(order);
        Cordon(_rig.CordonOrder(_rig.Machine(_rig.Now.AddMinutes(5)), InterruptionKind.ScheduledChange));

        Assert.IsType<UncordonReply.StaysCordoned>(Undo(CalledOff));

        var node = _rig.Node();
        var noted = _rig.Annotations.Read(node)!;
        Assert.True(node.Spec.Unschedulable);
        Assert.Equal([InterruptionKind.RebalanceRecommendation], noted.Kinds);
        Assert.Equal(["aws-node-termination-handler/rebalance-recommendation:NoSchedule"], noted.Taints);
        Assert.DoesNotContain(node.Spec.Taints, taint => taint.Key.EndsWith("scheduled-maintenance", StringComparison.Ordinal));
        Assert.Equal(order.Bounds.End, noted.Deadline);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_date_that_two_reasons_shared_is_that_of_the_one_that_stays(bool inOneBatch)
    {
        var firm = _rig.Soft(_rig.Now.AddHours(1));
        var change = _rig.CordonOrder(_rig.Machine(_rig.Now.AddMinutes(5)), InterruptionKind.ScheduledChange);
        if (!inOneBatch)
        {
            Cordon(change);
        }

        var other = _rig.CordonOrder(firm, InterruptionKind.RebalanceRecommendation);
        Cordon(inOneBatch
            ? change with { Kinds = [.. change.Kinds, .. other.Kinds], Deadlines = new Dictionary<InterruptionKind, DateTimeOffset> { [InterruptionKind.ScheduledChange] = change.Bounds.End, [InterruptionKind.RebalanceRecommendation] = firm.End } }
            : other);

        Assert.IsType<UncordonReply.StaysCordoned>(Undo(CalledOff));
        var left = _rig.Annotations.Read(_rig.Node())!;
        Assert.Equal((firm.End, (DateTimeOffset?)null), (left.Deadline, left.HardFrom));
    }

    [Fact]
    public void A_hook_that_waits_keeps_the_node_cordoned()
    {
        Cordon(_rig.CordonOrder(_rig.Soft(_rig.Now.AddHours(1)), InterruptionKind.ScheduledChange) with { Hooks = [new("workers", "drain")] });

        Assert.IsType<UncordonReply.StaysCordoned>(Undo(CalledOff));
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void An_instance_that_leaves_its_group_stays_cordoned()
    {
        Cordon(InterruptionKind.ScheduledChange);

        Assert.IsType<UncordonReply.StaysCordoned>(Undo(CalledOff with { StaysCordoned = true }));
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Fact]
    public void What_was_never_noted_is_not_called_off()
    {
        Cordon(InterruptionKind.SpotReclaim);

        Assert.IsType<UncordonReply.Untouched>(Undo(CalledOff));
        Assert.True(_rig.Node().Spec.Unschedulable);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    public void A_late_message_takes_nothing_back_that_is_newer_than_the_start_it_missed(int startedAfter, bool isUndone)
    {
        Cordon(InterruptionKind.SpotReclaim);

        Assert.Equal(isUndone, Undo(new() { Before = _rig.Now.AddSeconds(startedAfter) }) is UncordonReply.Undone);
        Assert.NotEqual(isUndone, _rig.Node().Spec.Unschedulable is true);
    }

    public void Dispose() => _rig.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private void Cordon(InterruptionKind kind) => Cordon(_rig.CordonOrder(_rig.Machine(_rig.Now.AddSeconds(60)), kind));

    private void Cordon(CordonOrder order) => Assert.IsType<CordonReply.Cordoned>(_rig.Run(() => _rig.Cordoning.CordonAsync(order with { Node = _rig.Node() }, Token)));

    private UncordonReply Undo(UncordonPatch undo) => _rig.Run(() => _rig.Cordoning.UndoAsync(_rig.Target, _rig.Node(), undo, Token));
}
