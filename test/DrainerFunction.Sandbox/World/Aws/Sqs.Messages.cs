namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>What happens to messages: sent, received, hidden, shown again, deleted, given up.</summary>
internal sealed partial class Sqs
{
    /// <param name="traceHeader">The X-Ray header of whoever sends it; Lambda follows a chain of messages by it.</param>
    /// <param name="sender">By default one that no policy is asked about.</param>
    public SentMessage Send(
        string queue, string body, IReadOnlyDictionary<string, SqsAttribute>? attributes = null, TimeSpan? delay = null, string? traceHeader = null, SqsSender? sender = null)
    {
        lock (_world.Gate)
        {
            var into = Queue(queue);
            RefuseSender(into, sender ?? SqsSender.Unsaid, "sqs:SendMessage");
            SqsRefusals.RefuseUnsendable(body, delay);
            var message = new SqsMessage(region.Cloud.Identifiers.Guid(), body, attributes ?? new Dictionary<string, SqsAttribute>(), _world.Now)
            {
                TraceHeader = traceHeader,
                SenderId = (sender ?? SqsSender.Unsaid).SenderId,
            };
            message.VisibleAt = _world.Now + (delay ?? into.Delay) + Lateness();
            into.Messages.Add(message);
            _world.Tape.Record("sqs", "sent", message.Id, $"{into.Name} got message {message.Id}");
            Schedule(into, message);
            return new(message.Id, SqsDigest.OfBody(body), SqsDigest.OfAttributes(message.Attributes));
        }
    }

    /// <summary>What is there now, at most <paramref name="max"/>; the caller waits, if it waits, for <see cref="Arrived"/>.</summary>
    public IReadOnlyList<ReceivedMessage> Receive(string queue, int max = 1, TimeSpan? visibility = null)
    {
        lock (_world.Gate)
        {
            var from = Queue(queue);
            SqsRefusals.RefuseCount(max);
            from.Messages.RemoveAll(message => message.SentAt + from.Retention <= _world.Now);
            foreach (var worn in from.Messages.Where(message => message.VisibleAt <= _world.Now && IsWornOut(from, message)).ToList())
            {
                MoveToDeadLetters(from, worn);
            }

            var ready = from.Messages.Where(message => message.VisibleAt <= _world.Now).OrderBy(message => message.VisibleAt).ToArray();
            if (Faults.Reorder)
            {
                _world.Chance.Shuffle(ready);
            }

            return [.. ready.Take(max).Select(message => Hand(from, message, visibility ?? from.VisibilityTimeout))];
        }
    }

    /// <param name="by">Who deletes it, for <see cref="SqsQueue.Deleted"/>.</param>
    public void Delete(string queue, string receipt, string by = "caller")
    {
        lock (_world.Gate)
        {
            var from = Queue(queue);
            var message = Find(from, receipt);
            if (message is not null && from.Messages.Remove(message))
            {
                from.Deleted.Add(new(message.Id, message.Body, message.ReceiveCount, by, _world.Now));
                _world.Tape.Record("sqs", "deleted", message.Id, $"{by} deleted message {message.Id} from {from.Name}");
            }
        }
    }

    public void ChangeVisibility(string queue, string receipt, TimeSpan visibility)
    {
        lock (_world.Gate)
        {
            var from = Queue(queue);
            if (visibility < TimeSpan.Zero || visibility > LongestVisibility)
            {
                throw SqsRefusals.Invalid(SqsRefusals.Seconds(visibility), "VisibilityTimeout", "Must be between 0 and 43200, if provided.");
            }

            var message = Find(from, receipt);
            if (message is null || message.Receipt != receipt)
            {
                throw SqsRefusals.Invalid(receipt, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.");
            }

            if (message.VisibleAt <= _world.Now)
            {
                // Expired but not received again: AWS answers 200 and leaves the message visible.
                return;
            }

            if (_world.Now + visibility > message.ReceivedAt + LongestVisibility)
            {
                throw SqsRefusals.Invalid(SqsRefusals.Seconds(visibility), "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
            }

            message.VisibleAt = _world.Now + visibility;
            _world.Tape.Record("sqs", "visibility", message.Id, $"message {message.Id} of {from.Name} stays hidden for {visibility.TotalSeconds:0} s");
            Schedule(from, message);
        }
    }

    /// <summary>
    /// A redrive of dead letters: each becomes a new message of its queue of origin, or of the given one, with a new id and time of
    /// sending; what its sender wrote into it stays, and who moves it is its sender now.
    /// </summary>
    /// <returns>How many were moved.</returns>
    public int MoveMessages(string deadLetterQueue, string? destination, SqsSender mover)
    {
        lock (_world.Gate)
        {
            var from = Queue(deadLetterQueue);
            if (_queues.Values.All(queue => queue.Redrive?.DeadLetterTargetArn != from.Arn))
            {
                throw new AwsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.", 400);
            }

            foreach (var queue in from.Messages.Select(message => destination ?? message.DeadLetterSourceArn).OfType<string>().Distinct().Select(Queue))
            {
                RefuseSender(queue, mover, "sqs:SendMessage");
            }

            var moved = from.Messages.Where(message => message.VisibleAt <= _world.Now && (destination ?? message.DeadLetterSourceArn) is not null).ToList();
            foreach (var message in moved)
            {
                from.Messages.Remove(message);
                var sent = Send(destination ?? message.DeadLetterSourceArn!, message.Body, message.Attributes, traceHeader: message.TraceHeader, sender: mover);
                _world.Tape.Record("sqs", "redriven", message.Id, $"message {message.Id} of {from.Name} went back as {sent.MessageId}");
            }

            return moved.Count;
        }
    }

    private static void RefuseSender(SqsQueue queue, SqsSender sender, string action)
    {
        if (QueuePolicy.Refuses(queue, sender, action))
        {
            throw new AwsError(
                "AccessDeniedException", $"User: {sender.PrincipalArn ?? sender.Service} is not authorized to perform: {action.ToLowerInvariant()} on resource: {queue.Arn} with an explicit deny in a resource-based policy", 403);
        }
    }

    /// <summary>One answer an entry, in their order; null where it succeeded.</summary>
    public IReadOnlyList<AwsError?> ChangeVisibilityBatch(string queue, IReadOnlyList<(string Receipt, TimeSpan Visibility)> entries) =>
        Batch(queue, entries, entry => ChangeVisibility(queue, entry.Receipt, entry.Visibility));

    public IReadOnlyList<AwsError?> DeleteBatch(string queue, IReadOnlyList<string> receipts, string by = "caller") =>
        Batch(queue, receipts, receipt => Delete(queue, receipt, by));

    private IReadOnlyList<AwsError?> Batch<T>(string queue, IReadOnlyList<T> entries, Action<T> each)
    {
        lock (_world.Gate)
        {
            Queue(queue);
            return [.. entries.Select(entry => Outcome(() => each(entry)))];
        }
    }

    private static AwsError? Outcome(Action what)
    {
        try
        {
            what();
            return null;
        }
        catch (AwsError refused)
        {
            return refused;
        }
    }

    private ReceivedMessage Hand(SqsQueue from, SqsMessage message, TimeSpan visibility)
    {
        var receipt = "AQEB" + region.Cloud.Identifiers.Base64(63);
        from.Receipts[receipt] = message.Id;
        message.Receipt = receipt;
        message.ReceiveCount++;
        message.ReceivedAt = _world.Now;
        message.FirstReceivedAt ??= _world.Now;
        var twice = Faults.DuplicateChance > 0 && _world.Chance.NextDouble() < Faults.DuplicateChance;
        message.VisibleAt = _world.Now + (twice ? TimeSpan.FromMilliseconds(_world.Chance.Next(1, 2000)) : visibility);
        Schedule(from, message);
        _world.Tape.Record("sqs", "received", message.Id, $"message {message.Id} of {from.Name} was received, time {message.ReceiveCount}");
        return new(
            message.Id, receipt, message.Body, SqsDigest.OfBody(message.Body), SqsAttributes.Of(message),
            message.Attributes, SqsDigest.OfAttributes(message.Attributes));
    }

    private void Schedule(SqsQueue queue, SqsMessage message)
    {
        var due = message.VisibleAt;
        if (due <= _world.Now)
        {
            BecomeVisible(queue, message);
            return;
        }

        _world.Agenda.At(due, () =>
        {
            if (message.VisibleAt == due && queue.Messages.Contains(message))
            {
                BecomeVisible(queue, message);
            }
        });
    }

    private void BecomeVisible(SqsQueue queue, SqsMessage message)
    {
        if (IsWornOut(queue, message))
        {
            MoveToDeadLetters(queue, message);
        }
        else
        {
            Arrived?.Invoke(queue);
        }
    }

    private bool IsWornOut(SqsQueue queue, SqsMessage message) =>
        queue.Redrive is { } redrive && message.ReceiveCount >= redrive.MaxReceiveCount
        && _queues.ContainsKey(redrive.DeadLetterTargetArn.Split(':')[^1]);

    private void MoveToDeadLetters(SqsQueue queue, SqsMessage message)
    {
        var dead = Queue(queue.Redrive!.DeadLetterTargetArn);
        queue.Messages.Remove(message);
        message.DeadLetterSourceArn = queue.Arn;
        message.VisibleAt = _world.Now;
        dead.Messages.Add(message);
        _world.Tape.Record("sqs", "dead-lettered", message.Id, $"message {message.Id} went from {queue.Name} to {dead.Name} after {message.ReceiveCount} receives");
        Arrived?.Invoke(dead);
    }

    private static SqsMessage? Find(SqsQueue queue, string receipt) =>
        queue.Receipts.TryGetValue(receipt, out var id)
            ? queue.Messages.Find(message => message.Id == id)
            : throw new AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.", 404);

    private TimeSpan Lateness() =>
        Faults.DelayChance > 0 && _world.Chance.NextDouble() < Faults.DelayChance ? Faults.LongestDelay * _world.Chance.NextDouble() : TimeSpan.Zero;
}
