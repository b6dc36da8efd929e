namespace DrainerFunction.Runtime.Scheduling;

public sealed class ScaledTimeProviderTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public void Without_the_variable_time_is_the_machines() => Assert.Same(TimeProvider.System, ScaledTimeProvider.Read(null));

    [Theory]
    [InlineData("20@2026-11-22T10:00:00.5Z", 20, "2026-11-22T10:00:00.5+00:00")]
    [InlineData("0.5@2026-11-22T12:00:00+02:00", 0.5, "2026-11-22T10:00:00+00:00")]
    [InlineData("1@1700000000000", 1, "2023-11-14T22:13:20+00:00")]
    public void Rate_and_origin_are_read(string value, double rate, string origin)
    {
        var time = Assert.IsType<ScaledTimeProvider>(ScaledTimeProvider.Read(value));

        Assert.Equal(rate, time.Rate);
        Assert.Equal(DateTimeOffset.Parse(origin, null), time.Origin);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("@2026-11-22T10:00:00Z")]
    [InlineData("0@2026-11-22T10:00:00Z")]
    [InlineData("-1@2026-11-22T10:00:00Z")]
    [InlineData("10001@2026-11-22T10:00:00Z")]
    [InlineData("NaN@2026-11-22T10:00:00Z")]
    [InlineData("2@yesterday")]
    [InlineData("2@2026-11-22T10:00:00")]
    [InlineData("2@999999999999999999")]
    [InlineData("2@1@1")]
    public void Nonsense_is_refused_by_name(string value)
    {
        var refused = Assert.Throws<FormatException>(() => ScaledTimeProvider.Read(value));

        Assert.Contains("DRAINER_TIME_SCALE", refused.Message, StringComparison.Ordinal);
        Assert.Contains(value, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_hour_after_the_origin_sixty_hours_have_passed()
    {
        var origin = Now - TimeSpan.FromHours(1);

        Assert.True(new ScaledTimeProvider(origin, 60).GetUtcNow() - origin >= TimeSpan.FromHours(60));
        Assert.True(new ScaledTimeProvider(origin, 60).GetUtcNow() - origin < TimeSpan.FromHours(90));
    }

    [Fact]
    public async Task A_delay_ends_when_the_scaled_time_is_up_and_not_before()
    {
        var time = new ScaledTimeProvider(Now, 100);
        var (utc, stamp) = (time.GetUtcNow(), time.GetTimestamp());

        await Task.Delay(TimeSpan.FromSeconds(5), time, TestContext.Current.CancellationToken);

        Assert.True(time.GetUtcNow() - utc >= TimeSpan.FromSeconds(4));
        Assert.True(time.GetElapsedTime(stamp) >= TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void A_timer_that_is_never_due_stays_so()
    {
        using var timer = new ScaledTimeProvider(Now, 5000).CreateTimer(_ => Assert.Fail("rang"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }
}
