using DrainerFunction.Interruptions.Decoding;

namespace DrainerFunction.DirectInvocations.Check.Setup;

public sealed class EventPatternsTests
{
    [Theory]
    [InlineData("""{"source":["aws.ec2"],"detail-type":["Warning"]}""", true)]
    [InlineData("""{"source":["aws.ec2","aws.health"],"detail-type":["Other","Warning"],"detail":{"state":["stopping"]}}""", true)]
    [InlineData("""{"source":["aws.ec2"]}""", true)]
    [InlineData("""{"source":[{"prefix":"aws."}],"detail-type":["Warning"]}""", true)]
    [InlineData("""{"source":["aws.health"],"detail-type":["Warning"]}""", false)]
    [InlineData("""{"source":["aws.ec2"],"detail-type":["Other"]}""", false)]
    [InlineData("""{"source":[{"prefix":"com."}]}""", false)]
    [InlineData("""{"source":["aws.ec2"],"detail-type":[{"anything-but":["Other"]}]}""", null)]
    [InlineData("""{"source":["aws.health"],"detail-type":[{"wildcard":"W*"}]}""", false)]
    [InlineData("""{"$or":[{"source":["aws.ec2"]},{"detail-type":["Warning"]}]}""", null)]
    [InlineData("""{"source":"aws.ec2"}""", null)]
    [InlineData("[]", null)]
    [InlineData("not json", null)]
    [InlineData(null, false)]
    public void A_pattern_lets_an_event_through_or_not_or_it_is_not_known(string? pattern, bool? expected) =>
        Assert.Equal(expected, EventPatterns.LetsThrough(pattern, "aws.ec2", "Warning"));

    [Fact]
    public void The_events_that_are_asked_for_are_those_that_are_decoded() =>
        Assert.Equal(
            EventDecoders.DetailTypes.Where(type => type != DrainRequestEvent.DetailType).Order(),
            DeliveryFindings.Events.SelectMany(one => one.DetailTypes).Order());
}
