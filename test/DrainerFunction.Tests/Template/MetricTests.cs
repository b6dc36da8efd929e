using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DrainerFunction.Reporting.Metrics;

namespace DrainerFunction;

/// <summary>What the alarms, the dashboard and the saved queries look at is what the function writes.</summary>
public sealed partial class MetricTests
{
    private static readonly HashSet<string> Written =
        [.. typeof(Metric).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => ((Metric)field.GetValue(null)!).Name)];

    [Fact]
    public void Every_alarm_on_our_metrics_looks_at_one_that_is_written_for_the_function_as_a_whole()
    {
        var ours = Stack.Of().OfType("AWS::CloudWatch::Alarm").Values.Where(alarm => alarm["Namespace"]?.ToString() == "NodeDrainer").ToList();

        Assert.Equal(["ClusterUnreachable", "DeadlineMissed"], ours.Select(alarm => alarm["MetricName"]!.ToString()).Order());
        Assert.All(ours, alarm =>
        {
            Assert.Contains(alarm["MetricName"]!.ToString(), Written);
            var dimension = Assert.Single((JsonArray)alarm["Dimensions"]!);
            Assert.Equal((EmbeddedMetrics.FunctionName, "${DrainerFunction}"), (dimension!["Name"]!.ToString(), dimension["Value"]!.ToString()));
        });
    }

    [Fact]
    public void The_alarm_of_the_check_is_off_unless_it_is_asked_for_and_stays_on_until_a_check_finds_no_problem()
    {
        Assert.DoesNotContain("CheckProblemsAlarm", Stack.Of().LogicalIds);
        var alarm = Stack.With(("CreateCheckAlarm", "true")).Properties("CheckProblemsAlarm");

        Assert.Equal((Metric.CheckProblems.Name, "sandbox-warning-CheckProblems"), (alarm["MetricName"]!.ToString(), alarm["AlarmName"]!.ToString()));
        Assert.Equal("ignore", alarm["TreatMissingData"]!.ToString());
        Assert.EndsWith("docs/operating.md#check-problems", alarm["AlarmDescription"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("### Check problems", Stack.Text("docs/operating.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Alarms_and_function_agree_on_the_namespace() =>
        Assert.All(
            Stack.With(("MetricsNamespace", "Elsewhere")).OfType("AWS::CloudWatch::Alarm").Values,
            alarm => Assert.All(Namespaces(alarm), name => Assert.Contains(name, (string[])["AWS/SQS", "AWS/Lambda", "Elsewhere"])));

    [Fact]
    public void An_alarm_notifies_the_topic_when_it_goes_off_and_when_it_ends_if_there_is_one()
    {
        Assert.All(Stack.Of(Stack.Everything).OfType("AWS::CloudWatch::Alarm").Values, alarm =>
        {
            Assert.Equal([Stack.Everything["AlarmTopicArn"]], Stack.Many(alarm["AlarmActions"]));
            Assert.Equal([Stack.Everything["AlarmTopicArn"]], Stack.Many(alarm["OKActions"]));
        });
        Assert.All(Stack.Of().OfType("AWS::CloudWatch::Alarm").Values, alarm => Assert.Null(alarm["AlarmActions"] ?? alarm["OKActions"]));
    }

    [Fact]
    public void The_name_of_an_alarm_says_its_stack_its_severity_and_its_subject() =>
        Assert.All(Stack.Of().OfType("AWS::CloudWatch::Alarm"), alarm => Assert.Contains(
            alarm.Value["AlarmName"]!.ToString(), (string[])[$"sandbox-critical-{alarm.Key[..^5]}", $"sandbox-warning-{alarm.Key[..^5]}"]));

    [Fact]
    public void A_two_minute_notice_that_waits_for_a_minute_sets_off_an_alarm_and_one_that_is_worked_on_does_not()
    {
        var alarm = Stack.Of().Properties("UrgentQueueAgeAlarm");

        Assert.Equal(("60", "GreaterThanThreshold"), (alarm["Threshold"]!.ToString(), alarm["ComparisonOperator"]!.ToString()));
        Assert.Equal("IF(visible > 0, age, 0)", alarm["Metrics"]![0]!["Expression"]!.ToString());
    }

    [Theory]
    [InlineData("rate(5 minutes)", "breaching")]
    [InlineData("", "notBreaching")]
    public void A_function_that_does_not_run_sets_off_an_alarm_while_its_schedule_is_on(string schedule, string missing)
    {
        var alarm = Stack.With(("SweepSchedule", schedule)).Properties("LivenessAlarm");

        Assert.Equal(("Invocations", "LessThanThreshold", missing), (alarm["MetricName"]!.ToString(), alarm["ComparisonOperator"]!.ToString(), alarm["TreatMissingData"]!.ToString()));
    }

    [Fact]
    public void The_topic_is_told_when_a_rule_of_the_stack_is_switched_off_by_hand_and_what_cannot_be_told_is_a_dead_letter()
    {
        var stack = Stack.Of(Stack.Everything);
        var rule = stack.Properties("WiringChangedRule");

        Assert.Equal(["DisableRule", "DeleteRule", "RemoveTargets"], Stack.Many(rule["EventPattern"]!["detail"]!["eventName"]));
        Assert.Equal((Stack.Everything["AlarmTopicArn"], "${DeadLetterQueue.Arn}"), (rule["Targets"]![0]!["Arn"]!.ToString(), rule["Targets"]![0]!["DeadLetterConfig"]!["Arn"]!.ToString()));
        Assert.Contains("${WiringChangedRule.Arn}", stack.Properties("DeadLetterQueuePolicy").ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("WiringChangedRule", Stack.Of().LogicalIds);
    }

    [Fact]
    public void The_dashboard_is_json_and_shows_every_alarm_and_only_metrics_that_are_written()
    {
        var stack = Stack.Of();
        var body = JsonNode.Parse(stack.Properties("Dashboard")["DashboardBody"]!.ToString())!;

        var alarms = ((JsonArray)body["widgets"]!).Where(widget => widget!["type"]!.ToString() == "alarm").SelectMany(widget => Stack.Many(widget!["properties"]!["alarms"]));
        Assert.Equal(stack.OfType("AWS::CloudWatch::Alarm").Keys.Select(id => $"${{{id}.Arn}}").Order(), alarms.Order());
        Assert.NotEmpty(Shown(body));
        Assert.All(Shown(body), name => Assert.Contains(name, Written));
    }

    [Fact]
    public void The_saved_queries_read_metrics_that_are_written() =>
        Assert.All(
            Stack.Of().OfType("AWS::Logs::QueryDefinition").Values.SelectMany(query => MetricField().Matches(query["QueryString"]!.ToString()).Select(field => field.Value)),
            field => Assert.Contains(field, (string[])[.. Written, "Kind"]));

    private static IEnumerable<string> Namespaces(JsonObject alarm) =>
        alarm["Metrics"] is JsonArray metrics
            ? metrics.Select(metric => metric!["MetricStat"]?["Metric"]!["Namespace"]!.ToString()).OfType<string>()
            : [alarm["Namespace"]!.ToString()];

    /// <summary>"." repeats what the line above has in that place, "..." all of it.</summary>
    private static IEnumerable<string> Shown(JsonNode dashboard)
    {
        foreach (var widget in ((JsonArray)dashboard["widgets"]!).Where(widget => widget!["type"]!.ToString() == "metric"))
        {
            var space = "";
            foreach (var line in (JsonArray)widget!["properties"]!["metrics"]!)
            {
                if (line![0] is JsonObject search)
                {
                    yield return Searched().Match(search["expression"]!.ToString()).Groups[1].Value;
                    continue;
                }

                space = line[0]!.ToString() is "." or "..." ? space : line[0]!.ToString();
                if (space == "NodeDrainer" && line[0]!.ToString() != "...")
                {
                    yield return line[1]!.ToString();
                }
            }
        }
    }

    [GeneratedRegex("MetricName=\"([A-Za-z]+)\"")]
    private static partial Regex Searched();

    [GeneratedRegex(@"(?<![\w.@""])[A-Z][a-zA-Z]+(?=[,)\s])")]
    private static partial Regex MetricField();
}
