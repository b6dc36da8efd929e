namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The alarms of a region, as far as they can be described. None ever goes off.</summary>
internal sealed class CloudWatch(AwsRegion region)
{
    private readonly Dictionary<string, MetricAlarm> _alarms = [];

    public void PutMetricAlarm(MetricAlarm alarm)
    {
        lock (region.World.Gate)
        {
            _alarms[alarm.Name] = alarm;
        }
    }

    /// <summary>Those on exactly this metric.</summary>
    public IReadOnlyList<MetricAlarm> DescribeAlarmsForMetric(string space, string metric, IReadOnlyDictionary<string, string> dimensions)
    {
        lock (region.World.Gate)
        {
            return [.. _alarms.Values.Where(alarm => alarm.Namespace == space && alarm.MetricName == metric && alarm.Dimensions.Count == dimensions.Count && !alarm.Dimensions.Except(dimensions).Any())];
        }
    }
}

internal sealed record MetricAlarm(string Name, string Namespace, string MetricName, IReadOnlyDictionary<string, string> Dimensions, IReadOnlyList<string> AlarmActions);
