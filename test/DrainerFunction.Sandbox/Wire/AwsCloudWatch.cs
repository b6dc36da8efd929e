using System.Xml.Linq;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>CloudWatch in the Query protocol (2010-08-01). Newer SDKs speak CBOR to it, which is not served.</summary>
internal static class AwsCloudWatch
{
    public static IEnumerable<XElement?> Answer(AwsCall call, AwsRegion region) => call.Operation switch
    {
        "DescribeAlarmsForMetric" =>
        [
            new XElement("MetricAlarms", region.CloudWatch.DescribeAlarmsForMetric(
                call.Query.Required("Namespace"),
                call.Query.Required("MetricName"),
                call.Query.Groups("Dimensions").ToDictionary(dimension => dimension.Required("Name"), dimension => dimension.Required("Value"))).Select(Shown)),
        ],
        _ => throw new AwsError("InvalidAction", $"The action {call.Operation} is not valid for this endpoint.", 400),
    };

    private static XElement Shown(MetricAlarm alarm) => new("member",
        new XElement("AlarmName", alarm.Name),
        new XElement("ActionsEnabled", true),
        new XElement("AlarmActions", alarm.AlarmActions.Select(action => new XElement("member", action))),
        new XElement("Namespace", alarm.Namespace),
        new XElement("MetricName", alarm.MetricName),
        new XElement("Dimensions", alarm.Dimensions.Select(one => new XElement("member", new XElement("Name", one.Key), new XElement("Value", one.Value)))));
}
