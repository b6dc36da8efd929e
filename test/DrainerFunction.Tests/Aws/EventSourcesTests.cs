using System.Net;

namespace DrainerFunction.Aws;

/// <summary>Lambda's, EventBridge's and CloudWatch's calls as they go over the wire.</summary>
public sealed class EventSourcesTests : IDisposable
{
    private readonly ScriptedAws _aws = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task Event_source_mappings_are_read_page_by_page_by_a_signed_get()
    {
        _aws.Http.Answer(HttpStatusCode.OK, """{"NextMarker":"m 1","EventSourceMappings":[{"EventSourceArn":"arn:aws:sqs:eu-west-1:123456789012:urgent","State":"Disabled","FunctionResponseTypes":["ReportBatchItemFailures"]}]}""");
        _aws.Http.Answer(HttpStatusCode.OK, """{"EventSourceMappings":[{"EventSourceArn":"arn:aws:sqs:eu-west-1:123456789012:normal","State":"Enabling"}]}""");

        var sources = await _aws.Region().EventSources.ListAsync("node-drainer", Stop);

        Assert.Equal([new("arn:aws:sqs:eu-west-1:123456789012:urgent", false, true), new("arn:aws:sqs:eu-west-1:123456789012:normal", true, false)], sources);
        Assert.Equal(
            ["https://lambda.eu-west-1.amazonaws.com/2015-03-31/event-source-mappings/?FunctionName=node-drainer", "https://lambda.eu-west-1.amazonaws.com/2015-03-31/event-source-mappings/?FunctionName=node-drainer&Marker=m%201"],
            _aws.Http.Seen.Select(asked => asked.Uri.AbsoluteUri));
        Assert.Contains("/eu-west-1/lambda/aws4_request", _aws.Http.Seen[0].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rules_of_a_target_are_named_and_then_described()
    {
        _aws.Http.Answer(HttpStatusCode.OK, """{"RuleNames":["spot"]}""");
        _aws.Http.Answer(HttpStatusCode.OK, """{"Name":"spot","State":"DISABLED","EventPattern":"{\"source\":[\"aws.ec2\"]}"}""");

        var rules = await _aws.Region().EventRules.ListAsync("arn:aws:sqs:eu-west-1:123456789012:urgent", Stop);

        Assert.Equal([new("spot", false, """{"source":["aws.ec2"]}""")], rules);
        Assert.Equal(["AWSEvents.ListRuleNamesByTarget", "AWSEvents.DescribeRule"], _aws.Http.Seen.Select(asked => asked.Headers["X-Amz-Target"]));
        Assert.Equal("""{"TargetArn":"arn:aws:sqs:eu-west-1:123456789012:urgent"}""", _aws.Http.Seen[0].Body);
        Assert.Equal("https://events.eu-west-1.amazonaws.com/", _aws.Http.Seen[0].Uri.AbsoluteUri);
        Assert.Contains("/eu-west-1/events/aws4_request", _aws.Http.Seen[0].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_alarms_of_a_metric_are_asked_for_by_its_dimension_and_tell_only_with_an_action_that_is_switched_on()
    {
        _aws.Xml("""
            <DescribeAlarmsForMetricResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><DescribeAlarmsForMetricResult><MetricAlarms>
            <member><AlarmName>told</AlarmName><ActionsEnabled>true</ActionsEnabled><AlarmActions><member>arn:aws:sns:eu-west-1:123456789012:operators</member></AlarmActions></member>
            <member><AlarmName>off</AlarmName><ActionsEnabled>false</ActionsEnabled><AlarmActions><member>arn:aws:sns:eu-west-1:123456789012:operators</member></AlarmActions></member>
            <member><AlarmName>silent</AlarmName><ActionsEnabled>true</ActionsEnabled><AlarmActions/></member>
            </MetricAlarms></DescribeAlarmsForMetricResult></DescribeAlarmsForMetricResponse>
            """);

        var alarms = await _aws.Region().Alarms.ListAsync(new("AWS/Lambda", "Errors", "FunctionName", "node-drainer"), Stop);

        Assert.Equal([new("told", true), new("off", false), new("silent", false)], alarms);
        Assert.Equal("https://monitoring.eu-west-1.amazonaws.com/", _aws.Http.Seen[0].Uri.AbsoluteUri);
        Assert.Equal(
            ["Action=DescribeAlarmsForMetric", "Dimensions.member.1.Name=FunctionName", "Dimensions.member.1.Value=node-drainer", "MetricName=Errors", "Namespace=AWS%2FLambda", "Version=2010-08-01"],
            _aws.Http.Seen[0].Body.Split('&').Order(StringComparer.Ordinal));
        Assert.Contains("/eu-west-1/monitoring/aws4_request", _aws.Http.Seen[0].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_the_role_may_not_make_is_denied()
    {
        _aws.Http.Answer(HttpStatusCode.BadRequest, """{"__type":"AccessDeniedException","message":"is not authorized to perform: events:ListRuleNamesByTarget"}""");

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region().EventRules.ListAsync("arn", Stop));

        Assert.Equal((AwsRefusal.Denied, "events:ListRuleNamesByTarget"), (refused.Refusal, refused.Operation));
    }

    [Fact]
    public async Task A_queue_says_what_waits_in_it_and_where_dead_letters_go()
    {
        _aws.Http.Answer(HttpStatusCode.OK, """{"Attributes":{"QueueArn":"arn:q","ApproximateNumberOfMessages":"3","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:dead\",\"maxReceiveCount\":5}"}}""");
        _aws.Http.Answer(HttpStatusCode.OK, """{"Attributes":{"QueueArn":"arn:dead","ApproximateNumberOfMessages":"0"}}""");
        var queues = _aws.Queues();

        Assert.Equal(new("arn:q", 3, "arn:dead"), await queues.DescribeAsync(new("https://sqs.eu-west-1.amazonaws.com/123456789012/q"), Stop));
        Assert.Equal(new("arn:dead", 0, null), await queues.DescribeAsync(new("https://sqs.eu-west-1.amazonaws.com/123456789012/dead"), Stop));
    }
}
