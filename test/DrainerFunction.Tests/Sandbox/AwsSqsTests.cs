using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// Semantics: SQS Developer Guide, "Amazon SQS visibility timeout", "Using dead-letter queues", "Amazon SQS queue and message
// identifiers"; SQS API Reference for the errors.
public sealed class AwsSqsTests : IDisposable
{
    private readonly AwsRig _rig = new();

    public AwsSqsTests()
    {
        Sqs.CreateQueue("dead");
        Sqs.CreateQueue("q", TimeSpan.FromSeconds(30), new(2, _rig.Region.Arn("sqs", "dead")));
    }

    private Sqs Sqs => _rig.Region.Sqs;

    [Fact]
    public void A_received_message_is_invisible_until_its_timeout_ends_and_its_count_grows()
    {
        Sqs.Send("q", "m");
        Assert.Equal("1", One().Attributes["ApproximateReceiveCount"]);
        Assert.Empty(Sqs.Receive("q"));
        Assert.Equal((0, 1), (Sqs.Depth("q"), Sqs.InFlight("q")));
        _rig.Advance(30);

        var again = One();
        Assert.Equal("2", again.Attributes["ApproximateReceiveCount"]);
        Assert.Equal("1795362007000", again.Attributes["SentTimestamp"]);
        Assert.Equal("1795362007000", again.Attributes["ApproximateFirstReceiveTimestamp"]);
    }

    [Fact]
    public void A_message_received_too_often_goes_to_the_dead_letter_queue_as_it_was()
    {
        var sent = Sqs.Send("q", "m");
        One();
        _rig.Advance(30);
        One();
        _rig.Advance(29);
        Assert.Empty(Sqs.Contents("dead"));
        _rig.Advance(1);

        var dead = Assert.Single(Sqs.Contents("dead"));
        Assert.Equal((sent.MessageId, "m"), (dead.Id, dead.Body));
        Assert.Empty(Sqs.Contents("q"));
    }

    [Fact]
    public void Each_receive_gives_a_new_receipt_and_an_old_one_still_deletes()
    {
        Sqs.Send("q", "m");
        var first = One().ReceiptHandle;
        _rig.Advance(30);
        Assert.NotEqual(first, One().ReceiptHandle);
        Sqs.Delete("q", first, "me");

        Assert.Empty(Sqs.Contents("q"));
        Assert.Equal(("m", "me", AwsRig.Start.AddSeconds(30)), Sqs.Queue("q").Deleted.Select(deleted => (deleted.Body, deleted.By, deleted.At)).Single());
    }

    [Fact]
    public void Visibility_can_be_shortened_lengthened_and_ended()
    {
        Sqs.Send("q", "m");
        var receipt = One().ReceiptHandle;
        Sqs.ChangeVisibility("q", receipt, TimeSpan.FromSeconds(100));
        _rig.Advance(60);
        Assert.Equal(0, Sqs.Depth("q"));
        Sqs.ChangeVisibility("q", receipt, TimeSpan.Zero);

        Assert.Equal(1, Sqs.Depth("q"));
    }

    // API Reference, ChangeMessageVisibility: "the 12-hour maximum is from the time SQS receives the ReceiveMessage request".
    [Fact]
    public void Twelve_hours_from_the_receive_are_the_limit()
    {
        Sqs.Send("q", "m");
        var receipt = One().ReceiptHandle;
        Sqs.ChangeVisibility("q", receipt, TimeSpan.FromHours(12));
        _rig.Advance(1);

        Assert.Equal(
            ("InvalidParameterValue", "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."),
            Refused(() => Sqs.ChangeVisibility("q", receipt, TimeSpan.FromHours(12))));
    }

    // Words: aws/aws-sdk-net#1927. No-op after expiry: localstack/localstack#9632, validated against AWS.
    [Fact]
    public void A_receipt_of_a_message_that_is_gone_or_taken_again_changes_nothing()
    {
        Sqs.Send("q", "m");
        var receipt = One().ReceiptHandle;
        _rig.Advance(30);
        Sqs.ChangeVisibility("q", receipt, TimeSpan.FromSeconds(10));
        Assert.Equal(1, Sqs.Depth("q"));
        var taken = One().ReceiptHandle;

        var reason = $"Value {receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.";
        Assert.Equal(("InvalidParameterValue", reason), Refused(() => Sqs.ChangeVisibility("q", receipt, TimeSpan.FromSeconds(10))));
        Sqs.Delete("q", taken);
        Sqs.Delete("q", taken);
        Assert.Equal("InvalidParameterValue", Refused(() => Sqs.ChangeVisibility("q", taken, TimeSpan.FromSeconds(10))).Code);
        Assert.Equal(("ReceiptHandleIsInvalid", "The input receipt handle is invalid."), Refused(() => Sqs.Delete("q", "nonsense")));
    }

    [Fact]
    public void A_batch_fails_entry_by_entry()
    {
        Sqs.Send("q", "m");
        var answers = Sqs.ChangeVisibilityBatch("q", [(One().ReceiptHandle, TimeSpan.FromSeconds(5)), ("nonsense", TimeSpan.FromSeconds(5))]);

        Assert.Equal([null, "ReceiptHandleIsInvalid"], answers.Select(answer => answer?.Code));
    }

    [Fact]
    public void A_delayed_message_arrives_when_its_delay_is_over()
    {
        var arrived = 0;
        Sqs.Arrived += _ => arrived++;
        Sqs.Send("q", "m", delay: TimeSpan.FromSeconds(900));
        _rig.Advance(899);
        Assert.Equal((0, 0), (arrived, Sqs.Depth("q")));
        _rig.Advance(1);

        Assert.Equal((1, 1), (arrived, Sqs.Depth("q")));
        Assert.Equal("InvalidParameterValue", Refused(() => Sqs.Send("q", "m", delay: TimeSpan.FromSeconds(901))).Code);
    }

    [Fact]
    public void Nothing_outlives_the_retention_period()
    {
        Sqs.Send("q", "m");
        _rig.Advance(TimeSpan.FromDays(4).TotalSeconds);

        Assert.Empty(Sqs.Receive("q"));
    }

    // MD5 of attributes: computed by botocore's peer, moto, for the same attributes: chain=c1 (String), n=3 (Number).
    [Fact]
    public void Digests_are_those_that_the_clients_compute()
    {
        var sent = Sqs.Send("q", "hello", new Dictionary<string, SqsAttribute> { ["n"] = new("Number", "3"), ["chain"] = SqsAttribute.Text("c1") });

        Assert.Equal("5d41402abc4b2a76b9719d911017c592", sent.Md5OfBody);
        Assert.Equal("d2132084547b5e4735468baebadd8069", sent.Md5OfAttributes);
    }

    [Fact]
    public void Faults_duplicate_delay_and_reorder_and_the_seed_decides()
    {
        Sqs.Faults.DuplicateChance = 1;
        Sqs.Send("q", "m");
        var first = One();
        _rig.Advance(2);

        Assert.Equal(first.MessageId, One().MessageId);
        Assert.Equal(Shuffled(7), Shuffled(7));
        Assert.NotEqual(Enumerable.Range(0, 10).Select(index => $"{index}"), Shuffled(7));
    }

    [Fact]
    public void A_queue_that_is_not_there_is_refused_by_name_url_and_arn() =>
        Assert.All(
            (string[])["none", "https://sqs.eu-west-1.amazonaws.com/123456789012/none", "arn:aws:sqs:eu-west-1:123456789012:none"],
            queue => Assert.Equal(("QueueDoesNotExist", "The specified queue does not exist."), Refused(() => Sqs.Send(queue, "m"))));

    public void Dispose() => _rig.Dispose();

    private ReceivedMessage One() => Assert.Single(Sqs.Receive("q"));

    private static IReadOnlyList<string> Shuffled(int seed)
    {
        using var rig = new AwsRig(seed);
        rig.Region.Sqs.CreateQueue("s");
        rig.Region.Sqs.Faults.Reorder = true;
        for (var index = 0; index < 10; index++)
        {
            rig.Region.Sqs.Send("s", $"{index}");
        }

        return [.. rig.Region.Sqs.Receive("s", 10).Select(message => message.Body)];
    }

    private static (string Code, string Message) Refused(Action call)
    {
        var refused = Assert.Throws<AwsError>(call);
        return (refused.Code, refused.Message);
    }
}
