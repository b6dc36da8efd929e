using DrainerFunction.Aws;

namespace DrainerFunction.DirectInvocations.Check.Setup;

public sealed class AlarmFindingsTests
{
    private static readonly AwsScope Scope = new("123456789012", "eu-west-1");
    private static readonly WatchedMetric Errors = new("AWS/Lambda", "Errors", "FunctionName", "node-drainer");
    private static readonly WatchedMetric Throttles = new("AWS/Lambda", "Throttles", "FunctionName", "node-drainer");

    [Fact]
    public void A_metric_that_no_alarm_watches_is_named() =>
        Assert.StartsWith("No alarm watches AWS/Lambda Throttles of node-drainer:", Found(new(Errors, [new("errors", true)]), new(Throttles, [])).Sentence, StringComparison.Ordinal);

    [Fact]
    public void An_alarm_that_does_nothing_is_named_with_the_command_that_switches_its_actions_on()
    {
        var found = Found(new(Errors, [new("errors", false)]), new(Throttles, [new("throttles", false)]));

        Assert.StartsWith("Alarms errors, throttles notify nothing", found.Sentence, StringComparison.Ordinal);
        Assert.EndsWith("aws cloudwatch enable-alarm-actions --region eu-west-1 --alarm-names NAMES", found.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void One_alarm_that_tells_is_enough_for_its_metric() =>
        Assert.Equal(FindingState.Ok, Found(new AlarmsOfMetric(Errors, [new("silent", false), new("told", true)])).State);

    [Fact]
    public void What_the_role_may_not_see_is_not_checked() =>
        Assert.Equal((FindingState.NotChecked, "denied"), AlarmFindings.Of(new(null, "denied"), Scope) is var found ? (found.State, found.Sentence) : default);

    private static Finding Found(params AlarmsOfMetric[] alarms) => AlarmFindings.Of(new(alarms, null), Scope);
}
