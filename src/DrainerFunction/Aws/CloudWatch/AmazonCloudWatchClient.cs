using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws.CloudWatch;

/// <summary>The one operation of CloudWatch that is needed, in the shape of AWSSDK.CloudWatch so that the package can take its place.</summary>
internal sealed class AmazonCloudWatchClient(AWSCredentials credentials, PipelineConfig config) : PipelineClient(credentials, config)
{
    private const string Version = "2010-08-01";

    public static PipelineConfig NewConfig() => PipelineConfig.For("CloudWatch", "monitoring", Version);

    public async Task<DescribeAlarmsForMetricResponse> DescribeAlarmsForMetricAsync(DescribeAlarmsForMetricRequest request, CancellationToken cancellationToken)
    {
        var asked = new QueryRequest(
            "Amazon.CloudWatch",
            "DescribeAlarmsForMetric",
            Version,
            [new("Namespace", request.Namespace), new("MetricName", request.MetricName), new("Dimensions.member.1.Name", request.Dimension.Name), new("Dimensions.member.1.Value", request.Dimension.Value)]);
        var answer = (await AskAsync<QueryResponse>(asked, QueryAnswer.Instance, cancellationToken)).Root;
        return new([.. (answer.Element("DescribeAlarmsForMetricResult") ?? answer).Listed("MetricAlarms").Select(alarm => new MetricAlarm(
            alarm.Text("AlarmName"), alarm.Element("ActionsEnabled")?.Value is "true", [.. alarm.Listed("AlarmActions").Select(action => action.Value)]))]);
    }
}

internal sealed record DescribeAlarmsForMetricRequest(string Namespace, string MetricName, (string Name, string Value) Dimension);

internal sealed record DescribeAlarmsForMetricResponse(IReadOnlyList<MetricAlarm> MetricAlarms);

internal sealed record MetricAlarm(string AlarmName, bool ActionsEnabled, IReadOnlyList<string> AlarmActions);
