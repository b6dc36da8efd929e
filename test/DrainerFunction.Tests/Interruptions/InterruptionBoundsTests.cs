using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Interruptions;

public sealed class InterruptionBoundsTests
{
    private static readonly DateTimeOffset At = new(2026, 8, 27, 13, 19, 3, TimeSpan.Zero);
    private static readonly DateTimeOffset FirstSeen = At.AddSeconds(20);

    [Fact]
    public void A_spot_instance_goes_two_minutes_after_its_warning_and_hibernates_at_once()
    {
        Assert.Equal(new Bound.Machine(At.AddSeconds(120), At), Of(Spot(InstanceAction.Terminate)));
        Assert.Equal(new Bound.Machine(At.AddSeconds(120), At), Of(Spot(InstanceAction.Stop)));
        Assert.Equal(new Bound.Going(At.AddSeconds(600), At), Of(Spot(InstanceAction.Hibernate)));
    }

    [Fact]
    public void A_reclaimed_reservation_states_its_time_or_leaves_two_minutes()
    {
        Assert.Equal(new Bound.Machine(At.AddSeconds(90), At), Of(Capacity(At.AddSeconds(90))));
        Assert.Equal(new Bound.Machine(At.AddSeconds(120), At), Of(Capacity(null)));
    }

    [Fact]
    public void An_instance_on_its_way_down_is_waited_for_and_nobody_knows_how_long() => Assert.Equal(
        new Bound.Going(At.AddSeconds(45), At),
        Of(new Interruption.StateChange(InstanceState.Stopping) { InstanceId = "i", Account = "a", Region = "r", At = At }, new() { NodeTerminationGracePeriod = TimeSpan.FromSeconds(45) }));

    [Fact]
    public void A_rebalance_recommendation_is_bounded_by_patience_alone() => Assert.Equal(
        new Bound.Soft(FirstSeen.AddHours(1), FirstSeen),
        Of(new Interruption.RebalanceRecommendation { InstanceId = "i", Account = "a", Region = "r", At = At }));

    [Theory]
    [InlineData(14 * 86_400, null, 14 * 86_400)]
    [InlineData(3620, null, 3620)]
    [InlineData(600, null, 3620)]
    [InlineData(-7200, null, 3620)]
    [InlineData(600, 1800, 1800)]
    [InlineData(600, 7200, 3620)]
    [InlineData(-7200, -3600, 3620)]
    public void A_date_of_maintenance_is_the_earliest_and_leaves_the_lead_time_where_the_window_does(int start, int? closes, int bound) => Assert.Equal(
        new Bound.Earliest(At.AddSeconds(bound), FirstSeen),
        Of(Change(At.AddSeconds(start), closes is { } seconds ? At.AddSeconds(seconds) : null)));

    [Theory]
    [InlineData(TimeoutReply.Continue, null, 3600, true)]
    [InlineData(TimeoutReply.Continue, 3000, 3000 - 20, true)]
    [InlineData(TimeoutReply.Continue, 172800, 3600, true)]
    [InlineData(TimeoutReply.Abandon, null, 3600, false)]
    [InlineData(TimeoutReply.Leave, 3000, 3000 - 20, false)]
    internal void A_hook_waits_as_long_as_it_and_the_operator_allow_and_lets_the_machine_go_if_it_then_continues(TimeoutReply reply, int? limit, int secondsAfterFirstSeen, bool letsGo)
    {
        var bound = Of(Termination(), new() { OnTimeout = reply }, limit is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        Assert.Equal(new Bound.Hook(FirstSeen.AddSeconds(secondsAfterFirstSeen), FirstSeen, letsGo) { Limit = limit is { } longest ? At.AddSeconds(longest) : DateTimeOffset.MaxValue }, bound);
    }

    // The message was first seen 20 s after the event: a wait of 20 s was over by then, and AWS confirms a later one.
    [Theory]
    [InlineData(21, 1)]
    [InlineData(20, 20)]
    [InlineData(1, 1)]
    public void A_hook_whose_wait_was_over_before_its_message_came_is_bounded_from_then_on(int limit, int secondsAfterFirstSeen) => Assert.Equal(
        new Bound.Hook(FirstSeen.AddSeconds(secondsAfterFirstSeen), FirstSeen, LetsGo: true) { Limit = FirstSeen.AddSeconds(secondsAfterFirstSeen) },
        Of(Termination(), new(), TimeSpan.FromSeconds(limit)));

    [Fact]
    public void A_launch_ends_nothing() => Assert.Equal(new Bound.Soft(At.AddSeconds(600), FirstSeen), Of(
        new Interruption.Launch(new("g", "h", null, null, null)) { InstanceId = "i", Account = "a", Region = "r", At = At }, new(), TimeSpan.FromSeconds(600)));

    [Fact]
    public void Dates_at_the_ends_of_the_calendar_stop_there()
    {
        Assert.Equal(DateTimeOffset.MaxValue, Of(Spot(InstanceAction.Terminate) with { At = DateTimeOffset.MaxValue }).At);
        Assert.Equal(DateTimeOffset.MaxValue, Of(Change(DateTimeOffset.MaxValue)).At);
        Assert.Equal(FirstSeen.AddHours(1), Of(Change(DateTimeOffset.MinValue)).At);
    }

    private static Bound Of(Interruption interruption, DrainerOptions? options = null, TimeSpan? limit = null) =>
        InterruptionBounds.Of(interruption, FirstSeen, options ?? new(), limit);

    private static Interruption Spot(InstanceAction action) =>
        new Interruption.SpotReclaim(action) { InstanceId = "i", Account = "a", Region = "r", At = At };

    private static Interruption Capacity(DateTimeOffset? end) =>
        new Interruption.CapacityReclaim(end) { InstanceId = "i", Account = "a", Region = "r", At = At };

    private static Interruption Termination() =>
        new Interruption.Termination(new("g", "h", null, null, null)) { InstanceId = "i", Account = "a", Region = "r", At = At };

    private static Interruption Change(DateTimeOffset start, DateTimeOffset? closes = null) =>
        new Interruption.ScheduledChange(new() { EventArn = "arn", EventTypeCode = "code", StartTime = start, EndTime = closes, Status = ScheduledChangeStatus.Upcoming })
        { InstanceId = "i", Account = "a", Region = "r", At = At };
}
