using CsCheck;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Interruptions;

public sealed class DeadlineTests
{
    private static readonly DateTimeOffset At = new(2026, 8, 27, 13, 19, 3, TimeSpan.Zero);
    private static readonly DateTimeOffset FirstSeen = At.AddSeconds(20);

    private static readonly Gen<Deadline> AnyDeadline =
        from at in Gen.Int[0, 20]
        from kind in Gen.Int[0, 2]
        from hard in Gen.Int[0, 20]
        select kind switch
        {
            0 => Deadline.Soft(At.AddMinutes(at)),
            1 => Deadline.Hard(At.AddMinutes(at)),
            _ => new Deadline(At.AddMinutes(at), At.AddMinutes(hard)),
        };

    [Fact]
    public void Earliest_depends_neither_on_order_nor_on_grouping() => Gen.Select(AnyDeadline, AnyDeadline, AnyDeadline).Sample((a, b, c) =>
        Deadline.Earliest(a, b) == Deadline.Earliest(b, a)
        && Deadline.Earliest(Deadline.Earliest(a, b), c) == Deadline.Earliest(a, Deadline.Earliest(b, c))
        && Deadline.Earliest(a, a) == a);

    [Fact]
    public void Another_interruption_never_gives_a_hard_deadline_more_time() => Gen.Select(AnyDeadline, AnyDeadline).Sample((a, b) =>
        a.HardFrom is null || (Deadline.Earliest(a, b).At <= a.At && Deadline.Earliest(a, b).HardFrom <= a.HardFrom));

    [Fact]
    public void A_soft_deadline_never_shortens_a_hard_one() => Gen.Select(AnyDeadline, AnyDeadline).Sample((a, b) =>
        a.HardFrom is null || b.HardFrom is not null || Deadline.Earliest(a, b) == a);

    [Fact]
    public void Two_soft_deadlines_stay_soft_and_the_nearer_counts()
    {
        var both = Deadline.Earliest(Deadline.Soft(At.AddMinutes(5)), Deadline.Soft(At));

        Assert.Equal(Deadline.Soft(At), both);
        Assert.False(both.IsHardAt(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_deadline_turns_hard_at_its_moment_and_not_before()
    {
        var deadline = new Deadline(At, At.AddSeconds(-120));

        Assert.False(deadline.IsHardAt(At.AddSeconds(-121)));
        Assert.True(deadline.IsHardAt(At.AddSeconds(-120)));
        Assert.True(Deadline.Hard(At).IsHardAt(DateTimeOffset.MinValue));
    }

    [Fact]
    public void A_spot_instance_goes_two_minutes_after_its_warning_and_hibernates_at_once()
    {
        Assert.Equal(Deadline.Hard(At.AddSeconds(120)), Of(Spot(InstanceAction.Terminate)));
        Assert.Equal(Deadline.Hard(At.AddSeconds(120)), Of(Spot(InstanceAction.Stop)));
        Assert.Equal(Deadline.Hard(At), Of(Spot(InstanceAction.Hibernate)));
    }

    [Fact]
    public void A_reclaimed_reservation_states_its_time_or_leaves_two_minutes()
    {
        Assert.Equal(Deadline.Hard(At.AddSeconds(90)), Of(Capacity(At.AddSeconds(90))));
        Assert.Equal(Deadline.Hard(At.AddSeconds(120)), Of(Capacity(null)));
    }

    [Fact]
    public void An_instance_on_its_way_down_has_the_nodes_grace_period() => Assert.Equal(
        Deadline.Hard(At.AddSeconds(45)),
        Of(new Interruption.StateChange(InstanceState.Stopping) { InstanceId = "i", Account = "a", Region = "r", At = At, EventId = "e" }, new() { NodeTerminationGracePeriod = TimeSpan.FromSeconds(45) }));

    [Fact]
    public void A_rebalance_recommendation_is_bounded_by_patience_alone() => Assert.Equal(
        Deadline.Soft(FirstSeen.AddHours(1)),
        Of(new Interruption.RebalanceRecommendation { InstanceId = "i", Account = "a", Region = "r", At = At, EventId = "e" }));

    [Fact]
    public void A_scheduled_change_is_soft_until_shortly_before_it_starts() => Assert.Equal(
        new Deadline(At.AddDays(14), At.AddDays(14).AddSeconds(-120)), Of(Change(At.AddDays(14))));

    [Theory]
    [InlineData(TimeoutReply.Continue, null, 3600, true)]
    [InlineData(TimeoutReply.Continue, 3000, 3000 - 20, true)]
    [InlineData(TimeoutReply.Continue, 172800, 3600, true)]
    [InlineData(TimeoutReply.Abandon, null, 3600, false)]
    [InlineData(TimeoutReply.Leave, 3000, 3000 - 20, false)]
    internal void A_hook_waits_as_long_as_we_and_it_allow_and_is_hard_if_it_then_continues(TimeoutReply reply, int? limit, int secondsAfterFirstSeen, bool hard)
    {
        var deadline = Of(Termination(), new() { OnTimeout = reply }, limit is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        Assert.Equal(FirstSeen.AddSeconds(secondsAfterFirstSeen), deadline.At);
        Assert.Equal(hard, deadline.IsHardAt(FirstSeen));
    }

    [Fact]
    public void A_launch_is_never_hard() => Assert.Equal(Deadline.Soft(At.AddSeconds(600)), Of(
        new Interruption.Launch(new("g", "h", null, null, null)) { InstanceId = "i", Account = "a", Region = "r", At = At, EventId = "e" }, new(), TimeSpan.FromSeconds(600)));

    [Fact]
    public void Dates_at_the_ends_of_the_calendar_stop_there()
    {
        Assert.Equal(DateTimeOffset.MaxValue, Of(Spot(InstanceAction.Terminate) with { At = DateTimeOffset.MaxValue }).At);
        Assert.Equal(DateTimeOffset.MinValue, Of(Change(DateTimeOffset.MinValue)).HardFrom);
    }

    private static Deadline Of(Interruption interruption, DrainerOptions? options = null, TimeSpan? limit = null) =>
        Deadlines.Of(interruption, FirstSeen, options ?? new(), limit);

    private static Interruption Spot(InstanceAction action) =>
        new Interruption.SpotReclaim(action) { InstanceId = "i", Account = "a", Region = "r", At = At, EventId = "e" };

    private static Interruption Capacity(DateTimeOffset? end) =>
        new Interruption.CapacityReclaim(end) { InstanceId = "i", Account = "a", Region = "r", At = At, EventId = "e" };

    private static Interruption Termination() =>
        new Interruption.Termination(new("g", "h", null, null, null)) { InstanceId = "i", Account = "a", Region = "r", At = At, EventId = "e" };

    private static Interruption Change(DateTimeOffset start) =>
        new Interruption.ScheduledChange(new() { EventArn = "arn", EventTypeCode = "code", StartTime = start, Status = ScheduledChangeStatus.Upcoming })
        { InstanceId = "i", Account = "a", Region = "r", At = At, EventId = "e" };
}
