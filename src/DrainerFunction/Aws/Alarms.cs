using DrainerFunction.Aws.CloudWatch;

namespace DrainerFunction.Aws;

internal sealed class Alarms(Lazy<AmazonCloudWatchClient> cloudWatch, AwsCalls calls) : IAlarms
{
    public async Task<IReadOnlyList<Alarm>> ListAsync(WatchedMetric metric, CancellationToken cancellationToken)
    {
        var request = new DescribeAlarmsForMetricRequest(metric.Namespace, metric.Name, (metric.Dimension, metric.Value));
        var answer = await calls.AskAsync("cloudwatch:DescribeAlarmsForMetric", stop => cloudWatch.Value.DescribeAlarmsForMetricAsync(request, stop), cancellationToken);
        return [.. answer.MetricAlarms.Select(alarm => new Alarm(alarm.AlarmName, alarm is { ActionsEnabled: true, AlarmActions: not [] }))];
    }
}
