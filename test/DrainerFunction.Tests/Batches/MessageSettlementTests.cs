using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Fakes;
using DrainerFunction.Handling;
using DrainerFunction.Intake;
using DrainerFunction.Runtime.Payloads;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrainerFunction.Batches;

public sealed class MessageSettlementTests : IDisposable
{
    private static readonly Chain Begun = Chain.First(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), "m-1");
    private static readonly MessageFate Handled = new MessageFate.Handled();

    private readonly StageScene _scene = new();
    private readonly SentMessages _queue = new();

    private SqsRecord _record;

    public MessageSettlementTests() => _record = _scene.Received(_scene.Spot()).Record;

    [Fact]
    public void A_malformed_message_fails_so_that_it_reaches_the_dead_letter_queue() =>
        Assert.Equal("m-1", Settle(Triage(malformed: true)));

    [Fact]
    public void A_message_that_concerns_no_instance_is_acknowledged() => Assert.Null(Settle(Triage()));

    [Fact]
    public void A_message_whose_instance_is_handled_is_acknowledged() => Assert.Null(Settle(Triage(), Handled));

    [Fact]
    public void A_message_is_handled_when_all_of_its_instances_are() => Assert.Equal("m-1", Settle(Triage(), Handled, new MessageFate.Redeliver()));

    [Fact]
    public void A_message_of_which_one_instance_failed_is_not_sent_on_for_the_other()
    {
        Assert.Equal("m-1", Settle(Triage(), new MessageFate.SendOn(TimeSpan.Zero, "more"), new MessageFate.Redeliver()));
        Assert.Empty(_queue.Sent);
    }

    [Fact]
    public void A_message_that_goes_on_is_sent_with_what_it_must_remember_and_then_acknowledged()
    {
        Assert.Null(Settle(Triage(), new MessageFate.SendOn(TimeSpan.FromSeconds(30), "more to do")));

        var (body, attributes, delay) = Assert.Single(_queue.Sent);
        Assert.Equal(("{}", 30), (body, delay.TotalSeconds));
        Assert.Equal(("1", Begun.Hop(1, _scene.Batch.RequestId).Name, "more to do"), (attributes["drainer-attempt"], attributes["drainer-chain"], attributes["drainer-why"]));
        Assert.Equal(1, _scene.Batch.Report.SentOn);
    }

    [Fact]
    public void Of_two_instances_the_one_that_is_due_first_says_when()
    {
        Settle(Triage(), new MessageFate.SendOn(TimeSpan.FromSeconds(90), "later"), new MessageFate.SendOn(TimeSpan.FromSeconds(20), "soon"));

        var (_, attributes, delay) = Assert.Single(_queue.Sent);
        Assert.Equal((20, "soon"), (delay.TotalSeconds, attributes["drainer-why"]));
    }

    [Fact]
    public void What_AWS_has_confirmed_of_each_instance_is_remembered_whichever_is_due_first()
    {
        Settle(Triage(), new MessageFate.SendOn(TimeSpan.FromSeconds(90), "later"), new MessageFate.SendOn(TimeSpan.FromSeconds(20), "soon"));

        Assert.Equal(["i-00000000000000000", "i-00000000000000001"], Assert.Single(_queue.Sent).Attributes["drainer-confirmed"].Split(',').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_message_goes_on_for_those_of_its_instances_that_are_not_finished_and_no_longer_names_the_others()
    {
        _record = _record with { Body = """{"detail":{"affectedEntities":[{"entityValue":"i-00000000000000000"},{"entityValue":"i-00000000000000001"},{"entityValue":"i-00000000000000002"}]}}""" };
        Settle(Triage(), new MessageFate.SendOn(TimeSpan.FromSeconds(90), "later"), Handled, new MessageFate.SendOn(TimeSpan.FromSeconds(20), "soon"));

        var (body, attributes, _) = Assert.Single(_queue.Sent);
        Assert.Equal("""{"detail":{"affectedEntities":[{"entityValue":"i-00000000000000000"},{"entityValue":"i-00000000000000002"}]}}""", body);
        Assert.DoesNotContain("i-00000000000000001", attributes["drainer-confirmed"], StringComparison.Ordinal);
    }

    // The decoder takes the exact name before another spelling and of two the last, as JSON's readers do.
    [Theory]
    [InlineData("""{"detail":{"AffectedEntities":[{"entityValue":"i-0000000000000000f"}],"affectedEntities":[{"entityValue":"i-00000000000000000"},{"entityValue":"i-00000000000000001"}]}}""")]
    [InlineData("""{"Detail":{"AffectedEntities":[{"EntityValue":"i-00000000000000000"},{"EntityValue":"i-00000000000000001"}]}}""")]
    [InlineData("""{"detail":{},"detail":{"affectedEntities":[{"entityValue":"i-0000000000000000f","entityValue":"i-00000000000000000"},{"entityValue":"i-00000000000000001"}]}}""")]
    [InlineData("""{"Message":"{\"detail\":{\"affectedEntities\":[{\"entityValue\":\"i-00000000000000000\"},{\"entityValue\":\"i-00000000000000001\"}]}}","message":"x"}""")]
    public void However_the_members_of_an_event_are_spelt_it_goes_on_for_those_of_its_instances_that_are_not_finished(string body)
    {
        _record = _record with { Body = body };

        Assert.Null(Settle(Triage(), new MessageFate.SendOn(TimeSpan.Zero, "more"), Handled));
        Assert.Contains("i-00000000000000000", Assert.Single(_queue.Sent).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("i-00000000000000001", _queue.Sent[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"detail":{"affectedEntities":[{"entityValue":"i-00000000000000000","status":"PENDING"},{"entityValue":"i-00000000000000001"},{"entityValue":"i-00000000000000002"}]}}""",
        """{"detail":{"affectedEntities":[{"entityValue":"i-00000000000000000","status":"PENDING"}]}}""", """{"detail":{"affectedEntities":[{"entityValue":"i-00000000000000001"}]}}""")]
    [InlineData("""{"detail":{"capacity-reservation-id":"cr-1","instance-ids":["i-00000000000000000","i-00000000000000001","i-00000000000000002"]}}""",
        """{"detail":{"capacity-reservation-id":"cr-1","instance-ids":["i-00000000000000000"]}}""", """{"detail":{"capacity-reservation-id":"cr-1","instance-ids":["i-00000000000000001"]}}""")]
    public void What_is_remembered_of_one_of_several_instances_goes_on_with_it_alone(string body, string first, string second)
    {
        _record = _record with { Body = body };
        var since = new DateTimeOffset(2026, 11, 22, 12, 1, 0, TimeSpan.Zero);
        var goesOn = new MessageFate.SendOn(TimeSpan.Zero, "more to do");

        Assert.Null(_scene.Rig.Run(() => Settlement.SettleAsync(
            _record,
            Triage(),
            new()
            {
                [Instance(0)] = Result(0, goesOn, memory => memory with { GoingSince = since }),
                [Instance(1)] = Result(1, goesOn, memory => memory with { Hooks = [new("workers", "drain")] }),
                [Instance(2)] = Result(2, Handled),
            },
            _scene.Batch)));

        Assert.Equal([first, second], _queue.Sent.Select(sent => sent.Body));
        Assert.Equal(["i-00000000000000000", "i-00000000000000001"], _queue.Sent.Select(sent => sent.Attributes["drainer-confirmed"]));
        Assert.Equal([true, false], _queue.Sent.Select(sent => sent.Attributes.ContainsKey("drainer-going-since")));
        Assert.Equal([false, true], _queue.Sent.Select(sent => sent.Attributes.ContainsKey("drainer-hooks")));
    }

    [Fact]
    public void No_message_is_held_back_longer_than_SQS_can()
    {
        Settle(Triage(), new MessageFate.SendOn(TimeSpan.FromHours(3), "far away"));

        Assert.Equal(TimeSpan.FromMinutes(15), Assert.Single(_queue.Sent).Delay);
    }

    [Fact]
    public void A_message_that_cannot_be_sent_on_stays()
    {
        _queue.Refusal = new AwsCallException(AwsRefusal.Denied, "sqs:SendMessage", "AccessDenied", "no");

        Assert.Equal("m-1", Settle(Triage(), new MessageFate.SendOn(TimeSpan.Zero, "more")));
        Assert.Equal(0, _scene.Batch.Report.SentOn);
    }

    [Fact]
    public void A_record_by_hand_that_has_no_queue_to_go_to_stays_unfinished()
    {
        _record = _record with { EventSourceArn = "" };

        Assert.Equal("m-1", Settle(Triage(), new MessageFate.SendOn(TimeSpan.Zero, "more")));
    }

    [Fact]
    public void A_message_whose_handling_broke_stays() => Assert.Equal("m-1", _scene.Rig.Run(() => Settlement.SettleAsync(
        _record, Triage(), new() { [Instance(0)] = Task.FromException<IReadOnlyDictionary<string, MessageResult>>(new InvalidOperationException("broken")) }, _scene.Batch)));

    [Fact]
    public void A_message_does_not_wait_for_the_instances_of_others()
    {
        var other = new InterruptedInstance(StageScene.Scope, "i-0000000000000000f", [_scene.Received(_scene.Spot(), "m-2")]);
        var never = new TaskCompletionSource<IReadOnlyDictionary<string, MessageResult>>().Task;

        Assert.Null(_scene.Rig.Run(() => Settlement.SettleAsync(_record, Triage(), new() { [Instance(0)] = Result(0, Handled), [other] = never }, _scene.Batch)));
    }

    public void Dispose() => _scene.Dispose();

    private MessageSettlement Settlement => new(new(_queue, _scene.Rig.Options, _scene.Rig.Time, NullLogger<ContinuationSender>.Instance), _scene.Rig.Time, NullLogger<MessageSettlement>.Instance);

    private InterruptedInstance Instance(int number) => new(StageScene.Scope, $"i-{number:D17}", [_scene.Received(_scene.Spot())]);

    private Task<IReadOnlyDictionary<string, MessageResult>> Result(int number, MessageFate fate, Func<Continuation, Continuation>? with = null) => Task.FromResult<IReadOnlyDictionary<string, MessageResult>>(
        new Dictionary<string, MessageResult> { ["m-1"] = new(fate, (with ?? (memory => memory))(_scene.Received(_scene.Spot()).NextHop(_scene.Batch.RequestId) with { Confirmed = [$"i-{number:D17}"] })) });

    private BatchTriage Triage(bool malformed = false) => new() { Instances = [], Ignored = [], Malformed = malformed ? [(_record, "not JSON")] : [], Refused = [], Oversized = [] };

    private string? Settle(BatchTriage triage, params IReadOnlyList<MessageFate> fates) => _scene.Rig.Run(() =>
        Settlement.SettleAsync(_record, triage, fates.Index().ToDictionary(fate => Instance(fate.Index), fate => Result(fate.Index, fate.Item)), _scene.Batch));

    private sealed class SentMessages : IQueues
    {
        public List<(string Body, IReadOnlyDictionary<string, string> Attributes, TimeSpan Delay)> Sent { get; } = [];

        public AwsCallException? Refusal { get; set; }

        public Uri UrlOf(string queueArn) => new("https://sqs.invalid/q");

        public Task SendAsync(Uri queue, string body, IReadOnlyDictionary<string, string> attributes, TimeSpan delay, CancellationToken cancellationToken)
        {
            if (Refusal is not null)
            {
                return Task.FromException(Refusal);
            }

            Sent.Add((body, attributes, delay));
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> ChangeVisibilityAsync(Uri queue, IReadOnlyList<string> receiptHandles, TimeSpan visibility, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<QueueState> DescribeAsync(Uri queue, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
