using System.Text.Json;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Tests.Sandbox;

public sealed class EventSourceMappingTests : IDisposable
{
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(150);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 27, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedWorld _world;
    private readonly List<Invocation> _seen = [];
    private readonly List<ScriptedEnvironment> _environments = [];

    public EventSourceMappingTests()
    {
        _world = new(_time, 1);
        Sqs.CreateQueue("dead");
        Sqs.CreateQueue("work", Visibility, new RedrivePolicy(3, Sqs.Queue("dead").Arn));
    }

    private Sqs Sqs => _world.Aws.Default.Sqs;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Messages_that_arrive_together_travel_in_batches_of_ten_and_are_deleted_when_handled()
    {
        Map(_ => new InvocationEnd.Response("""{"batchItemFailures":[]}"""));
        Send(12);
        Wait(1);
        Assert.Equal([10, 2], _seen.Select(invocation => Ids(invocation).Count));
        Assert.Empty(Sqs.Contents("work"));
        Assert.Single(_environments);
    }

    [Fact]
    public void Only_the_failed_ones_come_back_after_their_visibility()
    {
        Map(invocation => new InvocationEnd.Response($$"""{"batchItemFailures":[{"itemIdentifier":"{{Ids(invocation)[0]}}"}]}"""));
        Send(3);
        Wait(1);
        Assert.Single(Sqs.Contents("work"));
        Wait(150);
        Assert.Equal([3, 1], _seen.Select(invocation => Ids(invocation).Count));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("null", 0)]
    [InlineData("{}", 0)]
    [InlineData("""{"batchItemFailures":null}""", 0)]
    [InlineData("""{"batchItemFailures":[]}""", 0)]
    [InlineData("not json", 2)]
    [InlineData("[]", 2)]
    [InlineData("""{"batchItemFailures":{}}""", 2)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""", 2)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""", 2)]
    [InlineData("""{"batchItemFailures":[{"id":"a"}]}""", 2)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"nobody"}]}""", 2)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"a"}]}""", 1)]
    public void An_answer_that_Lambda_cannot_use_fails_the_whole_batch(string answer, int failed) =>
        Assert.Equal(failed, PartialBatchResponse.Failures(answer, ["a", "b"]).Count);

    [Fact]
    public void A_crash_and_an_error_fail_the_whole_batch_and_at_last_it_lies_in_the_dead_letter_queue()
    {
        Map(_ => new InvocationEnd.Crashed("out of memory"));
        Send(2);
        Wait(500);
        Assert.Equal(3, _seen.Count);
        Assert.Equal(3, _environments.Count);
        Assert.All(_environments, environment => Assert.True(environment.WasKilled));
        Assert.Equal(2, Sqs.Contents("dead").Count);
    }

    [Fact]
    public void An_invocation_is_killed_at_its_deadline_and_its_environment_never_used_again()
    {
        Map(_ => null);
        Send(1);
        Wait(119);
        Assert.False(_environments[0].WasKilled);
        Wait(1.1);
        Assert.True(_environments[0].WasKilled);
        Assert.IsType<InvocationEnd.TimedOut>(_seen[0].Outcome);
        Wait(30);
        Assert.Equal(2, _environments.Count);
    }

    [Fact]
    public void Five_batches_run_at_once_and_more_are_added_slowly()
    {
        var mapping = Map(_ => null, settings => settings with { AddedPerMinute = 60 });
        Send(100);
        Wait(0.5);
        Assert.Equal(5, mapping.Running);
        Wait(2);
        Assert.Equal(7, mapping.Running);
    }

    [Fact]
    public void A_batching_window_gathers_what_comes_within_it_and_ends_early_when_the_batch_is_full()
    {
        Map(_ => new InvocationEnd.Response(""), settings => settings with { BatchSize = 15, BatchingWindow = TimeSpan.FromSeconds(1) });
        Wait(0.1);
        Send(3);
        Wait(0.5);
        Assert.Empty(_seen);
        Send(5);
        Wait(0.6);
        Assert.Equal([8], _seen.Select(invocation => Ids(invocation).Count));

        Send(15);
        Wait(0.1);

        Assert.Equal([8, 15], _seen.Select(invocation => Ids(invocation).Count));
    }

    [Fact]
    public void Never_more_batches_run_than_the_maximum_concurrency()
    {
        var mapping = Map(_ => null, settings => settings with { MaximumConcurrency = 2 });
        Send(100);
        Wait(60);
        Assert.Equal(2, mapping.Running);
    }

    [Fact]
    public void A_throttled_batch_waits_and_costs_nothing_while_its_visibility_lasts()
    {
        Map(_ => null, concurrency: 1);
        Send(11);
        Wait(1);
        Assert.Single(_seen);
        _seen[0].End(new InvocationEnd.Response(""));
        Wait(2);
        Assert.Equal(2, _seen.Count);
        Assert.Equal(1, Sqs.Contents("work").Single().ReceiveCount);
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 40)]
    public void A_message_that_sends_itself_on_is_cut_after_sixteen_rounds_unless_the_template_allows_it(bool allowed, int rounds)
    {
        Map(
            invocation =>
            {
                if (_seen.Count < 40)
                {
                    Sqs.Send("work", "again", traceHeader: invocation.Trace.ToString());
                }

                return new InvocationEnd.Response("");
            },
            recursive: allowed);
        Send(1);
        Wait(60);
        Assert.Equal(rounds, _seen.Count);
    }

    private EventSourceMapping Map(
        Func<Invocation, InvocationEnd?> program, Func<MappingSettings, MappingSettings>? change = null, int concurrency = 100, bool recursive = true)
    {
        var settings = new FunctionSettings { ReservedConcurrency = concurrency, RecursiveLoopAllowed = recursive };
        var function = new LambdaFunction(_world, settings, number =>
        {
            _environments.Add(new(number, invocation =>
            {
                _seen.Add(invocation);
                return program(invocation);
            }));
            return _environments[^1];
        });
        var mapping = new MappingSettings { Queue = "work" };
        return new(_world, Sqs, function, change?.Invoke(mapping) ?? mapping);
    }

    private void Send(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Sqs.Send("work", "body");
        }
    }

    private void Wait(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 0.1)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }
    }

    private static List<string> Ids(Invocation invocation)
    {
        using var document = JsonDocument.Parse(invocation.Payload);
        return [.. document.RootElement.GetProperty("Records").EnumerateArray().Select(record => record.GetProperty("messageId").GetString()!)];
    }
}
