namespace DrainerFunction.Sandbox.Wire;

/// <summary>
/// Called for each request on a wire: once before it reaches the world, once after it was applied and before the answer
/// leaves. A hook may kill the asking process, hold the request back or throw.
/// </summary>
internal delegate Task RequestHook(WireRequest request, CancellationToken cancellationToken);

/// <param name="Service">One of: sqs, ec2, autoscaling, events, eks, sts, ssm, kubernetes.</param>
/// <param name="Operation">As the service names it: DescribeInstances; for Kubernetes verb and resource: patch nodes.</param>
/// <param name="Order">Counts from 1 over all requests of that wire, in the order of their arrival.</param>
internal sealed record WireRequest(string Service, string Operation, long Order)
{
    /// <summary>Who signed it; null before its signature was looked at.</summary>
    public string? AccessKey { get; init; }
}

/// <summary>The two moments at which a process can die around a request that has effects, and the count of all requests.</summary>
internal sealed class RequestHooks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, string Operation), int> _counts = [];
    private long _order;

    /// <summary>Before the request reaches the world; throwing means that it never does.</summary>
    public RequestHook? Before { get; set; }

    /// <summary>After the request was applied, before its answer; throwing means that the answer is lost.</summary>
    public RequestHook? After { get; set; }

    /// <summary>Requests so far, by service and operation.</summary>
    public IReadOnlyDictionary<(string Service, string Operation), int> Counts
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<(string Service, string Operation), int>(_counts);
            }
        }
    }

    public WireRequest Count(string service, string operation)
    {
        lock (_gate)
        {
            _counts[(service, operation)] = _counts.GetValueOrDefault((service, operation)) + 1;
            return new(service, operation, ++_order);
        }
    }

    public async Task BeforeAsync(WireRequest request, CancellationToken cancellationToken)
    {
        if (Before is { } hook)
        {
            await hook(request, cancellationToken);
        }
    }

    public async Task AfterAsync(WireRequest request, CancellationToken cancellationToken)
    {
        if (After is { } hook)
        {
            await hook(request, cancellationToken);
        }
    }
}
