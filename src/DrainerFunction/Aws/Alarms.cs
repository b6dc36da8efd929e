using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws;

internal sealed class Alarms(AwsService cloudWatch) : IAlarms
{
    public Task<IReadOnlyList<Alarm>> ListAsync(WatchedMetric metric, CancellationToken cancellationToken) => cloudWatch.QueryAsync<IReadOnlyList<Alarm>>(
        "cloudwatch:DescribeAlarmsForMetric",
        [new("Namespace", metric.Namespace), new("MetricName", metric.Name), new("Dimensions.member.1.Name", metric.Dimension), new("Dimensions.member.1.Value", metric.Value)],
        result => [.. result.Members("MetricAlarms").Select(alarm => new Alarm(alarm.RequiredText("AlarmName"), alarm.IsTrue("ActionsEnabled") && alarm.Members("AlarmActions").Any()))],
        cancellationToken);
}
