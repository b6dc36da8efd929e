using System.Text;

namespace DrainerFunction.Rig;

/// <summary>What one message may cost, whatever stands in it: calls to AWS, bytes of log, memory.</summary>
public sealed class CostEnvelopeTests
{
    [Theory]
    [InlineData(50, 60, 0)]
    [InlineData(1000, 600, 20)]
    public void A_page_of_Health_that_names_thousands_of_instances_costs_a_few_calls_for_fifty_of_them(int instances, int calls, int parts)
    {
        using var run = Played(HealthPage(instances), "expect: { nodes: { victim: untouched }, not-before: 5m }");

        Assert.InRange(run.AwsCalls.Count(call => call.StartsWith("ec2:", StringComparison.Ordinal)), 1, calls);
        Assert.InRange(run.AwsCalls.Count(call => call is "sqs:SendMessage"), parts, parts + instances / 50 * 8 + 8);
        Assert.InRange(run.Log.Length, 0, 20_000 + (instances * 12_000));
    }

    [Fact]
    public void A_body_of_a_megabyte_that_is_no_event_is_told_in_a_line_and_goes_to_the_dead_letter_queue()
    {
        using var run = Played("{\"x\":\"" + new string('a', 900_000) + "\"}", "expect: { nodes: { victim: untouched }, dead-letters: 1, logs: [\"The body is no event\"] }");

        Assert.InRange(run.Log.Length, 0, 20_000);
        Assert.DoesNotContain(run.AwsCalls, call => call.StartsWith("ec2:", StringComparison.Ordinal));
    }

    [Fact]
    public void Ten_thousand_entities_that_are_no_instances_are_told_in_a_line()
    {
        using var run = Played(HealthPage(10_000).Replace("i-", "i-x", StringComparison.Ordinal), "expect: { nodes: { victim: untouched }, dead-letters: 1 }");

        Assert.InRange(run.Log.Length, 0, 30_000);
        Assert.DoesNotContain(run.AwsCalls, call => call.StartsWith("ec2:", StringComparison.Ordinal));
    }

    [Fact]
    public void Decoding_ten_bodies_of_a_megabyte_allocates_no_more_than_a_few_times_their_size()
    {
        var body = HealthPage(20_000).Replace("{now}", "2026-11-22T12:00:00Z", StringComparison.Ordinal).Replace("{account}", "123456789012", StringComparison.Ordinal).Replace("{region}", "eu-west-1", StringComparison.Ordinal);
        var records = Enumerable.Range(0, 10).Select(number => new Runtime.Payloads.SqsRecord { MessageId = $"m{number}", ReceiptHandle = "r", EventSourceArn = "arn:aws:sqs:eu-west-1:123456789012:q", Body = body }).ToList();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var triage = Intake.BatchTriage.Of(records, new("123456789012", "eu-west-1"), new(), new(2026, 11, 22, 12, 0, 5, TimeSpan.Zero));

        Assert.Equal(10, triage.Oversized.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10L * Encoding.UTF8.GetByteCount(body) * 100);
    }

    private static string HealthPage(int instances)
    {
        var entities = string.Join(',', Enumerable.Range(0, instances).Select(number => $$"""{"entityValue":"i-{{number:x17}}"}"""));
        return "{\"version\":\"0\",\"id\":\"h\",\"time\":\"{now}\",\"account\":\"{account}\",\"region\":\"{region}\",\"source\":\"aws.health\",\"detail-type\":\"AWS Health Event\",\"detail\":{\"eventArn\":\"arn:aws:health:eu-west-1::event/EC2/X/X_1\",\"service\":\"EC2\",\"eventTypeCode\":\"AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED\",\"eventTypeCategory\":\"scheduledChange\",\"startTime\":\"2026-11-22T14:00:00Z\",\"affectedEntities\":["
            + entities + "]}}";
    }

    private static InProcessRun Played(string body, string expect) => Rehearsal.PlayedWell($$$"""
        name: envelope
        limit: 40m
        clusters: [{ name: shop }]
        instances: [{ name: victim }]
        workloads: [{ name: web, replicas: 1, on: victim }]
        mapping: { max-receives: 2 }
        events: [{ at: 1s, message: { body: '{{{body}}}' } }]
        {{{expect}}}
        """);
}
