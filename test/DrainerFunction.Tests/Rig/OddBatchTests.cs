using System.Text.Json;

namespace DrainerFunction.Rig;

/// <summary>Batches as SQS and Lambda rarely make them: one message twice, or records that name no queue.</summary>
public sealed class OddBatchTests
{
    private const string Envelope = "\"version\":\"0\",\"id\":\"e\",\"time\":\"{now}\",\"account\":\"{account}\",\"region\":\"{region}\",\"resources\":[]";
    private const string Queue = "arn:aws:sqs:{region}:{account}:elsewhere";

    private const string Normal = "arn:aws:sqs:{region}:{account}:NormalQueue";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Spot = Event("aws.ec2", "EC2 Spot Instance Interruption Warning", """{"instance-id":"{instance:victim}","instance-action":"terminate"}""");
    private static readonly string Block = Event("aws.ec2", "Capacity Block Expiration Warning", """{"capacity-reservation-id":"cr-0123456789abcdef0","end-date":"{now}"}""");
    private static readonly string Sixty = Event(
        "aws.health",
        "AWS Health Event",
        $$"""{"service":"EC2","eventTypeCategory":"scheduledChange","eventArn":"arn:x","eventTypeCode":"AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED","startTime":"{now}","affectedEntities":[{{string.Join(',', Enumerable.Range(0, 60).Select(number => $$"""{"entityValue":"i-{{number:x17}}"}"""))}}]}""");

    [Fact]
    public void A_message_that_is_handed_out_twice_in_one_batch_is_one_interruption()
    {
        using var run = Played("drained", Record(Spot), Record(Spot, receipt: "another"));

        Assert.Equal(1, run.Log.Split("\"Interruptions\":1,").Length - 1);
    }

    [Fact]
    public void A_message_of_too_many_instances_that_is_handed_out_twice_in_one_batch_is_split_once()
    {
        using var run = Played("untouched", Record(Sixty, queue: Normal), Record(Sixty, receipt: "another", queue: Normal));

        Assert.Equal(1, run.Log.Split("Split message m into 2 messages").Length - 1);
    }

    [Theory]
    [InlineData("\"affectedEntities\"", "\"AffectedEntities\":[],\"affectedEntities\"")]
    [InlineData("\"detail\":", "\"Detail\":")]
    [InlineData("\"detail\":", "\"detail\":{},\"detail\":")]
    [InlineData("\"entityValue\"", "\"EntityValue\"")]
    public void A_message_of_too_many_instances_is_split_however_its_members_are_spelt(string member, string spelt)
    {
        using var run = Played("untouched", Record(Sixty.Replace(member, spelt, StringComparison.Ordinal), queue: Normal));

        Assert.Contains("Split message m into 2 messages", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_of_a_Capacity_Block_that_is_handed_out_twice_in_one_batch_stops_no_other_message() =>
        Played("drained", Record(Block), Record(Block, receipt: "another"), Record(Spot, id: "other")).Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("shop")]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:shop")]
    [InlineData("arn:aws:sqs:evil.example/:123456789012:shop")]
    public void A_record_that_names_no_queue_is_worked_on_and_holds_up_no_other(string? queue) =>
        Played("drained", Record(Spot, queue: queue), Record(Spot, id: "other")).Dispose();

    private static InProcessRun Played(string node, params object[] records)
    {
        var payload = JsonSerializer.Serialize(new { Records = records }, Plain);
        return Rehearsal.PlayedWell($$"""
            name: odd-batch
            limit: 40m
            clusters: [{ name: shop }]
            instances: [{ name: victim, spot: true }, { name: refuge }]
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
            events: [{ at: 1s, spot: victim, late: 30m }, { at: 2s, invoke: '{{payload.Replace("'", "''", StringComparison.Ordinal)}}' }]
            expect: { nodes: { refuge: untouched{{(node is "drained" ? ", victim: drained" : "")}} }, not-before: 40s }
            """);
    }

    private static Dictionary<string, object> Record(string body, string id = "m", string receipt = "r", string? queue = Queue)
    {
        var record = new Dictionary<string, object> { ["messageId"] = id, ["receiptHandle"] = receipt, ["body"] = body, ["eventSource"] = "aws:sqs" };
        if (queue is not null)
        {
            record["eventSourceARN"] = queue;
        }

        return record;
    }

    private static string Event(string source, string type, string detail) => $$"""{{{Envelope}},"source":"{{source}}","detail-type":"{{type}}","detail":{{detail}}}""";
}
