using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// What stands between a queue and a function: polls, makes batches, deletes what succeeded and leaves the rest to its
/// visibility. No thread and no socket: the world's agenda drives it.
/// </summary>
internal sealed class EventSourceMapping : IDisposable
{
    /// <summary>Lambda cuts a chain of messages after about so many invocations; source: "Use Lambda recursive loop detection".</summary>
    private const int LongestChain = 16;
    private const int MostOfAReceive = 10;
    private static readonly TimeSpan ThrottleRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuietUntilReset = TimeSpan.FromMinutes(1);
    private readonly SimulatedWorld _world;
    private readonly Sqs _sqs;
    private readonly SqsQueue _queue;
    private readonly LambdaFunction _function;
    private readonly MappingSettings _settings;
    private Agenda.Entry? _poll;
    private Agenda.Entry? _growth;
    private DateTimeOffset _lastBusy;
    private int _allowed;
    private int _running;

    public EventSourceMapping(SimulatedWorld world, Sqs sqs, LambdaFunction function, MappingSettings settings)
    {
        (_world, _sqs, _function, _settings) = (world, sqs, function, settings);
        _queue = sqs.Queue(settings.Queue);
        Id = new Identifiers(new Random(world.Seed ^ (0x3a99 + function.Mappings.Count))).Guid();
        function.Mappings.Add(this);
        _allowed = Least;
        _lastBusy = world.Now;
        SetEnabled(settings.IsEnabled);
    }

    /// <summary>What Lambda calls its UUID.</summary>
    public string Id { get; }

    public bool IsEnabled { get; private set; }

    /// <summary>Under the gate: these messages go to the function together.</summary>
    public Action<IReadOnlyList<ReceivedMessage>>? Started { get; init; }

    public string QueueArn => _queue.Arn;

    public string FunctionArn => _function.Settings.Arn;

    public MappingSettings Settings => _settings;

    /// <summary>Batches that may run at once now.</summary>
    public int Allowed => _allowed;

    public int Running => _running;

    private int Least => Math.Min(_settings.First, _settings.MaximumConcurrency);

    /// <summary>One that is disabled polls nothing; what runs ends.</summary>
    public void SetEnabled(bool isEnabled)
    {
        lock (_world.Gate)
        {
            if (IsEnabled == isEnabled)
            {
                return;
            }

            IsEnabled = isEnabled;
            if (isEnabled)
            {
                _sqs.Arrived += OnArrived;
                SchedulePoll(_settings.PollLatency);
            }
            else
            {
                _sqs.Arrived -= OnArrived;
                _poll?.Cancel();
                _growth?.Cancel();
                (_poll, _growth) = (null, null);
            }
        }
    }

    public void Dispose() => SetEnabled(false);

    private void OnArrived(SqsQueue queue)
    {
        if (queue == _queue)
        {
            SchedulePoll(_settings.PollLatency + _settings.BatchingWindow);
            EndWindowOfFullBatch();
        }
    }

    /// <summary>The window ends early for a batch that is full; source: "Lambda parameters for Amazon SQS event source mappings".</summary>
    private void EndWindowOfFullBatch()
    {
        if (_poll is { } poll && poll.Due > _world.Now + _settings.PollLatency && _sqs.Depth(_queue.Name) >= _settings.BatchSize)
        {
            poll.Cancel();
            _poll = null;
            SchedulePoll(_settings.PollLatency);
        }
    }

    private void SchedulePoll(TimeSpan after) => _poll ??= _world.Agenda.After(after, () =>
    {
        _poll = null;
        Poll();
    });

    private void Poll()
    {
        ForgetGrowthAfterQuiet();
        while (_running < _allowed && ReceiveBatch() is { Count: > 0 } received)
        {
            _lastBusy = _world.Now;
            StartChains(received);
        }

        if (_running >= _allowed && _allowed < _settings.MaximumConcurrency && _sqs.Depth(_queue.Name) > 0)
        {
            _growth ??= _world.Agenda.After(TimeSpan.FromMinutes(1.0 / _settings.AddedPerMinute), Grow);
        }
    }

    /// <summary>A larger batch is made of several receives: SQS gives ten messages at most.</summary>
    private List<ReceivedMessage> ReceiveBatch()
    {
        List<ReceivedMessage> batch = [];
        while (batch.Count < _settings.BatchSize)
        {
            var asked = Math.Min(MostOfAReceive, _settings.BatchSize - batch.Count);
            var received = _sqs.Receive(_queue.Name, asked);
            batch.AddRange(received);
            if (received.Count < asked)
            {
                break;
            }
        }

        return batch;
    }

    private void Grow()
    {
        _growth = null;
        _allowed++;
        Poll();
    }

    private void ForgetGrowthAfterQuiet()
    {
        if (_running == 0 && _world.Now - _lastBusy > QuietUntilReset)
        {
            _allowed = Least;
        }
    }

    private void StartChains(IReadOnlyList<ReceivedMessage> received)
    {
        var batch = received.Where(message => !IsCut(message)).ToList();
        if (batch.Count > 0)
        {
            _running++;
            Start(new Batch(batch, _world.Now + _queue.VisibilityTimeout));
        }
    }

    private bool IsCut(ReceivedMessage message)
    {
        var hops = TraceOf(message)?.Hops ?? 0;
        if (_function.Settings.RecursiveLoopAllowed || hops + 1 < LongestChain)
        {
            return false;
        }

        _world.Tape.Record("lambda", "recursion-cut", message.MessageId, $"Message {message.MessageId} came round {hops + 1} times: Lambda does not deliver it");
        return true;
    }

    private void Start(Batch batch)
    {
        var trace = batch.Messages.Select(TraceOf).MaxBy(one => one?.Hops ?? -1);
        _world.Tape.Record("lambda", "batch", batch.Messages[0].MessageId, $"{_queue.Name}: a batch of {batch.Messages.Count} goes to the function");
        Started?.Invoke(batch.Messages);
        _function.Invoke(
            SqsEvent.Of(_queue, _function.Settings.Region, batch.Messages),
            trace?.Next(),
            end => OnEnded(batch, end));
    }

    private void OnEnded(Batch batch, InvocationEnd end)
    {
        if (end is InvocationEnd.Throttled && _world.Now + ThrottleRetry < batch.VisibleAgain)
        {
            _world.Agenda.After(ThrottleRetry, () => Start(batch));
            return;
        }

        _running--;
        _lastBusy = _world.Now;
        Acknowledge(batch, end);
        if (IsEnabled)
        {
            SchedulePoll(TimeSpan.Zero);
        }
    }

    private void Acknowledge(Batch batch, InvocationEnd end)
    {
        var ids = batch.Messages.Select(message => message.MessageId).ToHashSet();
        var failed = end switch
        {
            InvocationEnd.Response when !_settings.ReportsBatchItemFailures => new HashSet<string>(),
            InvocationEnd.Response response => PartialBatchResponse.Failures(response.Payload, ids),
            _ => ids,
        };
        foreach (var message in batch.Messages)
        {
            if (failed.Contains(message.MessageId))
            {
                _world.Tape.Record("lambda", "batch-item-failed", message.MessageId, $"Message {message.MessageId} was not handled; {_queue.Name} shows it again later");
            }
            else
            {
                _sqs.Delete(_queue.Name, message.ReceiptHandle, "lambda");
            }
        }
    }

    /// <summary>A message that the function sent carries the header of the invocation that sent it.</summary>
    private static TraceHeader? TraceOf(ReceivedMessage message) => TraceHeader.Parse(message.Attributes.GetValueOrDefault("AWSTraceHeader"));

    private sealed record Batch(IReadOnlyList<ReceivedMessage> Messages, DateTimeOffset VisibleAgain);
}
