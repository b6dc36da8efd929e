using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.Sandbox;

public sealed class HostPaceTests
{
    [Theory]
    [InlineData(20, 0.1, 1, null)]
    [InlineData(20, 1, 0.5, 4)]
    [InlineData(20, 0, 8, 4)]
    [InlineData(10, 30, 0, 1)]
    [InlineData(1, 30, 30, null)]
    public void A_machine_that_does_not_keep_up_is_told_with_a_speed_that_it_keeps_up_with(double speed, double late, double start, int? slower)
    {
        var pace = new HostPace(speed);
        pace.WasLate(TimeSpan.FromSeconds(late));
        pace.Started(TimeSpan.FromSeconds(start));

        Assert.Equal(slower, pace.SlowerSpeed);
    }
}
