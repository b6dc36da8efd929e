namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Standard queues: visibility, delay, receive counts, redrive, receipts. A queue is named by name, URL or ARN.</summary>
internal sealed partial class Sqs(AwsRegion region)
{
    public static readonly TimeSpan LongestVisibility = TimeSpan.FromHours(12);
    private readonly SimulatedWorld _world = region.World;
    private readonly Dictionary<string, SqsQueue> _queues = [];

    /// <summary>Raised under the world's gate whenever a message can be received; a long poll waits for it.</summary>
    public event Action<SqsQueue>? Arrived;

    public SqsFaults Faults { get; } = new();

    public SqsQueue CreateQueue(
        string name, TimeSpan? visibility = null, RedrivePolicy? redrive = null, TimeSpan? delay = null, TimeSpan? retention = null)
    {
        lock (_world.Gate)
        {
            if (_queues.TryGetValue(name, out var existing))
            {
                return visibility is null || visibility == existing.VisibilityTimeout ? existing
                    : throw new AwsError("QueueNameExists", "A queue already exists with the same name and a different value for attribute VisibilityTimeout", 400);
            }

            var queue = new SqsQueue(name, region.Arn("sqs", name), () => UrlOf(name))
            {
                VisibilityTimeout = visibility ?? TimeSpan.FromSeconds(30),
                Redrive = redrive,
                Delay = delay ?? TimeSpan.Zero,
                Retention = retention ?? TimeSpan.FromDays(4),
                CreatedAt = _world.Now,
            };
            _queues.Add(name, queue);
            return queue;
        }
    }

    public void DeleteQueue(string queue)
    {
        lock (_world.Gate)
        {
            _queues.Remove(Queue(queue).Name);
        }
    }

    public SqsQueue Queue(string nameUrlOrArn)
    {
        lock (_world.Gate)
        {
            return _queues.GetValueOrDefault(nameUrlOrArn[(nameUrlOrArn.LastIndexOfAny(['/', ':']) + 1)..])
                ?? throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.", 400);
        }
    }

    public string GetQueueUrl(string name) => Queue(name).Url;

    public IReadOnlyList<SqsQueue> ListQueues(string prefix = "")
    {
        lock (_world.Gate)
        {
            return [.. _queues.Values.Where(queue => queue.Name.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(queue => queue.Name, StringComparer.Ordinal)];
        }
    }

    public void PurgeQueue(string queue)
    {
        lock (_world.Gate)
        {
            var purged = Queue(queue);
            if (purged.PurgedAt + TimeSpan.FromSeconds(60) > _world.Now)
            {
                throw new AwsError("PurgeQueueInProgress", $"Only one PurgeQueue operation on {purged.Name} is allowed every 60 seconds.", 403);
            }

            purged.PurgedAt = _world.Now;
            purged.Messages.Clear();
        }
    }

    public IReadOnlyDictionary<string, string> GetQueueAttributes(string queue)
    {
        lock (_world.Gate)
        {
            return SqsAttributes.Of(Queue(queue), _world.Now);
        }
    }

    public void SetQueueAttributes(string queue, IReadOnlyDictionary<string, string> attributes)
    {
        lock (_world.Gate)
        {
            SqsAttributes.Apply(Queue(queue), attributes);
        }
    }

    /// <summary>Messages that can be received now.</summary>
    public int Depth(string queue)
    {
        lock (_world.Gate)
        {
            return Queue(queue).Messages.Count(message => message.VisibleAt <= _world.Now);
        }
    }

    /// <summary>Messages received and neither deleted nor visible again.</summary>
    public int InFlight(string queue)
    {
        lock (_world.Gate)
        {
            return Queue(queue).Messages.Count(message => message.VisibleAt > _world.Now && message.ReceiveCount > 0);
        }
    }

    /// <summary>Everything in the queue, visible or not; of a dead-letter queue: what was given up.</summary>
    public IReadOnlyList<SqsMessage> Contents(string queue)
    {
        lock (_world.Gate)
        {
            return [.. Queue(queue).Messages];
        }
    }

    private string UrlOf(string name) =>
        new Uri(region.Cloud.Endpoint ?? new Uri($"https://sqs.{region.Name}.{region.DnsSuffix}"), $"/{region.Account}/{name}").AbsoluteUri;
}
