namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>Something that happens; exactly one of the parts besides <see cref="At"/>, <see cref="Duplicates"/>, <see cref="Late"/> and <see cref="EndsLate"/>.</summary>
internal sealed record EventPart
{
    public TimeSpan At { get; set; }

    /// <summary>An instance that EC2 reclaims in two minutes.</summary>
    public string? Spot { get; set; }

    public string? Rebalance { get; set; }

    public string? CapacityReclaim { get; set; }

    /// <summary>An instance that Auto Scaling terminates, decrementing the group.</summary>
    public string? ScaleIn { get; set; }

    /// <summary>An instance that Auto Scaling terminates and replaces.</summary>
    public string? Replace { get; set; }

    /// <summary>An instance whose root volume an instance refresh replaces.</summary>
    public string? ReplaceRootVolume { get; set; }

    /// <summary>An instance that somebody terminates behind everybody's back.</summary>
    public string? Terminate { get; set; }

    public string? Stop { get; set; }

    /// <summary>A scheduled event (AWS Health) for an instance.</summary>
    public MaintenancePart? Maintenance { get; set; }

    /// <summary>An instance whose scheduled event gets another date: so long from now.</summary>
    public MovePart? Move { get; set; }

    /// <summary>A group that somebody gives another size.</summary>
    public ResizePart? Resize { get; set; }

    /// <summary>A group's hook that is deleted; who waits in it goes on.</summary>
    public HookNamePart? DeleteHook { get; set; }

    /// <summary>A group that does without one of its processes from now on.</summary>
    public ProcessPart? Suspend { get; set; }

    /// <summary>A tag that an instance gets, or no longer has.</summary>
    public TagPart? Tag { get; set; }

    /// <summary>An instance whose scheduled events are cancelled.</summary>
    public string? Cancel { get; set; }

    /// <summary>Who moves all dead letters back: operator or stranger, as far as the queues' policies let them.</summary>
    public string? Redrive { get; set; }

    /// <summary>A Capacity Block (its reservation id) that ends in forty minutes; ten minutes from now its instances begin to go.</summary>
    public string? CapacityBlockEnds { get; set; }

    /// <summary>A Capacity Block that is extended: its end moves, and nothing happens to its instances.</summary>
    public string? CapacityBlockExtended { get; set; }

    /// <summary>A body that is put into a queue as it is; <c>{instance:NAME}</c> becomes an instance's id.</summary>
    public MessagePart? Message { get; set; }

    /// <summary>The event goes out again, as EventBridge may.</summary>
    public int? Duplicates { get; set; }

    /// <summary>Its messages arrive so much later; what happens, happens meanwhile.</summary>
    public TimeSpan? Late { get; set; }

    /// <summary>Of spot and capacity-reclaim: EC2 takes the machine so much later than it said.</summary>
    public TimeSpan? EndsLate { get; set; }

    public FaultPart? Fault { get; set; }

    /// <summary>A kubelet that hangs, dies or comes back.</summary>
    public KubeletPart? Kubelet { get; set; }

    /// <summary>all: every process of the function dies. out-of-memory: those that work, as Lambda kills what holds too much.</summary>
    public string? Kill { get; set; }

    /// <summary>A payload for a direct invocation: JSON.</summary>
    public string? Invoke { get; set; }

    /// <summary>A workload that somebody scales.</summary>
    public ScalePart? Scale { get; set; }

    /// <summary>A pod that lands on its instance's node however it is cordoned: it was bound to it before.</summary>
    public WorkloadPart? Pod { get; set; }

    /// <summary>An admission webhook that is there from now on.</summary>
    public WebhookPart? Webhook { get; set; }

    /// <summary>An instance whose node somebody deletes.</summary>
    public string? DeleteNode { get; set; }

    public string? DeleteNamespace { get; set; }

    /// <summary>An instance whose node registers anew under its name.</summary>
    public RegisterPart? Register { get; set; }

    /// <summary>An annotation that somebody else writes on a node.</summary>
    public AnnotatePart? Annotate { get; set; }

    public string? Target() =>
        DeleteNode ?? Register?.Instance ?? Annotate?.Instance ?? Tag?.Instance ??
        Spot ?? Rebalance ?? CapacityReclaim ?? ScaleIn ?? Replace ?? ReplaceRootVolume ?? Terminate ?? Stop ?? Maintenance?.Instance ?? Move?.Instance ?? Cancel ?? Kubelet?.Instance ?? (Pod is null ? Fault?.Instance : Pod.On ?? "");
}

internal sealed record MaintenancePart
{
    public string Instance { get; set; } = "";

    public string Code { get; set; } = "instance-retirement";

    /// <summary>The earliest moment of it, from the event on; negative: it is overdue.</summary>
    public TimeSpan In { get; set; } = TimeSpan.FromHours(2);

    /// <summary>The end of its window, from the event on.</summary>
    public TimeSpan? Until { get; set; }

    /// <summary>When it really happens. By default at its earliest moment; overdue at the end of its window, and never without one.</summary>
    public TimeSpan? HappensIn { get; set; }

    /// <summary>AWS Health says nothing of it: only DescribeInstanceStatus lists it.</summary>
    public bool Silent { get; set; }
}

internal sealed record KubeletPart
{
    public string Instance { get; set; } = "";

    /// <summary>hangs (containers run on, nothing is stopped, the node stays Ready), dies (the node turns NotReady besides) or returns.</summary>
    public string Does { get; set; } = "hangs";

    /// <summary>After so long it returns.</summary>
    public TimeSpan? For { get; set; }
}

internal sealed record MovePart
{
    public string Instance { get; set; } = "";

    public TimeSpan In { get; set; }
}

internal sealed record MessagePart
{
    /// <summary>A logical id of template.yaml.</summary>
    public string Queue { get; set; } = "NormalQueue";

    public string? Body { get; set; }

    public string? File { get; set; }

    public int Times { get; set; } = 1;

    /// <summary>
    /// What SQS says of its sender, whatever the queue's policy would have said: eventbridge, function (the stack's own role),
    /// operator (a role of the account, AROAOPERATORSANDBOX01), stranger (another one), unsaid (the record carries no SenderId).
    /// </summary>
    public string Sender { get; set; } = "eventbridge";

    /// <summary>It orders a drain, and its sender may: the judge permits what follows.</summary>
    public bool IsOrder { get; set; }

    /// <summary>Its message attributes, each a String.</summary>
    public Dictionary<string, string> Attributes { get; set; } = [];
}

internal sealed record FaultPart
{
    /// <summary>throttle, error, unavailable, denied, invalid, not-found, no-action, reset, reset-after, latency, too-many-requests, silent-watch, closed-watch, conflict, lag, status, expired.</summary>
    public string Kind { get; set; } = "";

    /// <summary>kubernetes, sqs, ec2, autoscaling, eks, sts, ssm; null: every AWS service.</summary>
    public string? Service { get; set; }

    /// <summary>An AWS operation; for Kubernetes a verb and a resource: <c>create pods/eviction</c>.</summary>
    public string? Operation { get; set; }

    public int? Times { get; set; }

    public double Likelihood { get; set; } = 1;

    public TimeSpan? For { get; set; }

    public TimeSpan? Latency { get; set; }

    public string? Cluster { get; set; }

    /// <summary>Of Kubernetes: only requests that name its node.</summary>
    public string? Instance { get; set; }

    /// <summary>Of Kubernetes: only requests that name this object.</summary>
    public string? Name { get; set; }

    public string? Namespace { get; set; }

    /// <summary>Of the fault <c>status</c>: the code that is answered.</summary>
    public int Status { get; set; } = 500;

    public string? Reason { get; set; }

    public string Text { get; set; } = "the sandbox was told to answer so";

    public TimeSpan? RetryAfter { get; set; }
}

internal sealed record ResizePart
{
    public string Group { get; set; } = "";

    public int Desired { get; set; }
}

internal sealed record HookNamePart
{
    public string Group { get; set; } = "";

    public string Hook { get; set; } = "";
}

internal sealed record ProcessPart
{
    public string Group { get; set; } = "";

    /// <summary>Launch, Terminate or ReplaceUnhealthy.</summary>
    public string Process { get; set; } = "";
}

internal sealed record TagPart
{
    public string Instance { get; set; } = "";

    public string Key { get; set; } = "";

    /// <summary>Null: the tag is removed.</summary>
    public string? Value { get; set; }
}

internal sealed record ScalePart
{
    public string Workload { get; set; } = "";

    public int Replicas { get; set; }
}
