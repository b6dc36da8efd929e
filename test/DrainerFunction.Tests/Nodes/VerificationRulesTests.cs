using DrainerFunction.Aws;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Nodes;

public sealed class VerificationRulesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly InstanceDescription Running = new(new() { InstanceId = "i-0000000000000000a", Life = InstanceLife.Running, IsSpot = true }, InGroup: null, Scheduled: null);

    [Fact]
    public void A_late_warning_of_an_instance_that_goes_down_is_true() =>
        Assert.IsType<Verification.Confirmed>(VerificationRules.Of(Spot(At), Running with { Instance = Running.Instance! with { Life = InstanceLife.ShuttingDown } }, At, At.AddHours(2)));

    [Theory]
    [InlineData(0, 0, 119, true)]
    [InlineData(0, 0, 121, false)]
    [InlineData(82_800, 0, 119, true)]
    [InlineData(82_800, 0, 121, false)]
    [InlineData(0, 600, 121, false)]
    public void A_time_that_lies_ahead_makes_no_message_younger_than_it_is(int eventAt, int firstSeen, int now, bool isYoung) =>
        Assert.Equal(isYoung, VerificationRules.IsYoung(Spot(At.AddSeconds(eventAt)), At.AddSeconds(firstSeen), At.AddSeconds(now)));

    [Fact]
    public void A_closed_event_counts_only_when_ec2_lists_no_other()
    {
        var closed = new Interruption.ScheduledChange(new() { EventArn = "a", EventTypeCode = "x", StartTime = At, Status = ScheduledChangeStatus.Closed })
        {
            InstanceId = "i-0000000000000000a", Account = "123456789012", Region = "eu-west-1", At = At,
        };

        Assert.IsType<Verification.Confirmed>(VerificationRules.Of(closed, Running, At, At));
        var pending = Running with { Scheduled = new("i-0000000000000000a", "instance-event-2", "instance-stop", "", At.AddDays(1), null) };
        Assert.IsType<Verification.NotYet>(VerificationRules.Of(closed, pending, At, At));
        Assert.Contains("instance-event-2", Assert.IsType<Verification.Refuted>(VerificationRules.Of(closed, pending, At, At.AddMinutes(3))).Why, StringComparison.Ordinal);
    }

    private static Interruption.SpotReclaim Spot(DateTimeOffset at) => new(InstanceAction.Terminate)
    {
        InstanceId = "i-0000000000000000a", Account = "123456789012", Region = "eu-west-1", At = at,
    };

    private static Interruption.CapacityReclaim Capacity(DateTimeOffset? until) => new(until)
    {
        InstanceId = "i-0000000000000000a", Account = "123456789012", Region = "eu-west-1", At = At,
    };
}
