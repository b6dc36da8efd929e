using System.Text;
using CsCheck;

namespace DrainerFunction.Runtime.Payloads;

public sealed class InvocationPayloadTests
{
    private const string Batch = """
        {"Records":[{"messageId":"m-1","receiptHandle":"h-1","body":"{\"x\":1}","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:q","awsRegion":"eu-west-1",
          "attributes":{"ApproximateReceiveCount":"3","SentTimestamp":"1700000000123","SenderId":"A","ApproximateFirstReceiveTimestamp":"1700000000999"},
          "messageAttributes":{"drainer-chain":{"stringValue":"c","dataType":"String","stringListValues":[],"binaryListValues":[]},"blob":{"binaryValue":"AA==","dataType":"Binary"}}}]}
        """;

    [Fact]
    public void A_batch_of_sqs_records_is_read_whole()
    {
        var record = Assert.Single(Assert.IsType<InvocationRequest.Batch>(Read(Batch)).Records);

        Assert.Equal(("m-1", "h-1", "{\"x\":1}"), (record.MessageId, record.ReceiptHandle, record.Body));
        Assert.Equal("arn:aws:sqs:eu-west-1:123456789012:q", record.EventSourceArn);
        Assert.Equal(3, record.ReceiveCount);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1700000000123), record.SentAt);
        Assert.Equal(KeyValuePair.Create("drainer-chain", "c"), Assert.Single(record.Attributes));
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00 and \\\"more\\\"\"")]
    public void A_body_that_is_no_text_keeps_its_record_so_that_it_alone_can_fail(string body)
    {
        var batch = Assert.IsType<InvocationRequest.Batch>(Read(
            $$"""{"Records":[{"messageId":"m-1","receiptHandle":"h","body":{{body}},"eventSource":"aws:sqs"},{"messageId":"m-2","receiptHandle":"h","body":"fine","eventSource":"aws:sqs"}]}"""));

        Assert.Equal(["m-1", "m-2"], batch.Records.Select(record => record.MessageId));
    }

    [Fact]
    public void Broken_utf8_in_a_body_keeps_its_record() => Assert.IsType<InvocationRequest.Batch>(InvocationPayload.Read(
        (byte[])[.. """{"Records":[{"messageId":"m","receiptHandle":"h","eventSource":"aws:sqs","body":" """u8, 0xFF, 0xC0, .. "\"}]}"u8]));

    [Fact]
    public void A_plan_names_its_instance() =>
        Assert.Equal(new InvocationRequest.Plan(new("i-0123456789abcdef0")), Read("""{"plan":{"instance":"i-0123456789abcdef0"}}"""));

    [Fact]
    public void A_drain_may_name_deadline_force_account_and_region() =>
        Assert.Equal(
            new InvocationRequest.Drain(new("i-01234567", "123456789012", "us-gov-west-1"), new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), true),
            Read("""{"drain":{"instance":"i-01234567","deadline":"2026-11-22T12:00:00+02:00","force":true,"account":"123456789012","region":"us-gov-west-1"}}"""));

    [Fact]
    public void A_drain_without_more_is_unforced_and_without_a_deadline() =>
        Assert.Equal(new InvocationRequest.Drain(new("i-01234567"), null, false), Read("""{"drain":{"instance":"i-01234567","deadline":null}}"""));

    [Fact]
    public void A_sweep_is_a_sweep() => Assert.Equal(new InvocationRequest.Sweep(), Read("""{"sweep":{}}"""));

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void A_sweep_may_release_the_nodes(string release, bool releases) =>
        Assert.Equal(new InvocationRequest.Sweep(releases), Read("""{"sweep":{"release":GIVEN}}""".Replace("GIVEN", release, StringComparison.Ordinal)));

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "Array")]
    [InlineData("\"plan\"", "String")]
    [InlineData("{}", "exactly one of")]
    [InlineData("""{"plan":{"instance":"i-01234567"},"sweep":{}}""", "exactly one of")]
    [InlineData("""{"Records":{}}""", "not an array")]
    [InlineData("""{"Records":[null]}""", "Record 0")]
    [InlineData("""{"Records":[{"messageId":"m","receiptHandle":"h","body":"b","eventSource":"aws:sns"}]}""", "SQS")]
    [InlineData("""{"Records":[{"messageId":"m","receiptHandle":"h","body":{},"eventSource":"aws:sqs"}]}""", "body")]
    [InlineData("""{"detail-type":"EC2 Spot Instance Interruption Warning"}""", "queue")]
    [InlineData("""{"plan":[]}""", "exactly one of")]
    [InlineData("""{"erase":{}}""", "\"erase\"")]
    [InlineData("""{"plan":{}}""", "plan.instance")]
    [InlineData("""{"plan":{"instance":"i-0123456"}}""", "plan.instance")]
    [InlineData("""{"plan":{"instance":"i-01234567\n"}}""", "plan.instance")]
    [InlineData("""{"plan":{"instance":"i-01234567","force":true}}""", "\"force\"")]
    [InlineData("""{"drain":{"instance":"i-01234567","dealine":"x"}}""", "\"dealine\"")]
    [InlineData("""{"drain":{"instance":"i-01234567","deadline":"2026-11-22T12:00:00"}}""", "drain.deadline")]
    [InlineData("""{"drain":{"instance":"i-01234567","deadline":5}}""", "drain.deadline")]
    [InlineData("""{"drain":{"instance":"i-01234567","force":"true"}}""", "drain.force")]
    [InlineData("""{"drain":{"instance":"i-01234567","account":"1"}}""", "drain.account")]
    [InlineData("""{"drain":{"instance":"i-01234567","region":"EU"}}""", "drain.region")]
    [InlineData("""{"sweep":{"dry":true}}""", "\"dry\"")]
    [InlineData("""{"sweep":{"release":"true"}}""", "sweep.release")]
    [InlineData("""{"plan":{"\ud800":1}}""", "invalid member name")]
    public void What_cannot_be_understood_says_why(string payload, string why) =>
        Assert.Contains(why, Assert.IsType<InvocationRequest.Unknown>(Read(payload)).Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("arn:aws-us-gov:sqs:us-gov-west-1:123456789012:shop.fifo", true)]
    [InlineData("arn:aws:sqs:eu-west-1:123456789012:", false)]
    [InlineData("arn:aws:sqs:eu-west-1:1:q", false)]
    [InlineData("arn:aws:sqs:evil.example/:123456789012:q", false)]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:q", false)]
    [InlineData("arn:aws:sqs:eu-west-1:123456789012:q:r", false)]
    [InlineData("q", false)]
    public void A_queue_is_named_by_its_arn_or_not_at_all(string arn, bool isOne)
    {
        var batch = Read(Batch.Replace("arn:aws:sqs:eu-west-1:123456789012:q", arn, StringComparison.Ordinal));

        Assert.Equal(isOne ? arn : "", Assert.IsType<InvocationRequest.Batch>(batch).Records[0].EventSourceArn);
    }

    [Theory]
    [InlineData("ApproximateReceiveCount", "3", "-3")]
    [InlineData("ApproximateReceiveCount", "3", "99999999999999999999")]
    [InlineData("ApproximateReceiveCount", "3", "many")]
    public void A_receive_count_that_cannot_be_read_is_one(string name, string was, string becomes)
    {
        var batch = Read(Batch.Replace($"\"{name}\":\"{was}\"", $"\"{name}\":\"{becomes}\"", StringComparison.Ordinal));

        Assert.Equal(1, Assert.IsType<InvocationRequest.Batch>(batch).Records[0].ReceiveCount);
    }

    [Fact]
    public void Whatever_is_sent_there_is_an_answer_and_no_exception() =>
        (from at in Gen.Int[0, Batch.Length - 1] from put in Gen.Byte from drop in Gen.Int[0, 40] select (at, put, drop)).Sample(change =>
        {
            var bytes = Encoding.UTF8.GetBytes(Batch).ToList();
            bytes[change.at] = change.put;
            bytes.RemoveRange(change.at, Math.Min(change.drop, bytes.Count - change.at));
            Assert.NotNull(InvocationPayload.Read(bytes.ToArray()));
        });

    private static InvocationRequest Read(string payload) => InvocationPayload.Read(Encoding.UTF8.GetBytes(payload));
}
