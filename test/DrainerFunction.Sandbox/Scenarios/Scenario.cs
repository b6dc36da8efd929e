namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>One story as its YAML file tells it: what there is, what happens, how it must end. See docs/sandbox.md.</summary>
internal sealed record Scenario
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    /// <summary>Simulated seconds in one real second, unless the command line says otherwise.</summary>
    public double Speed { get; set; } = 20;

    /// <summary>Simulated: a story that has not ended by then has failed.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(15);

    public FunctionPart Function { get; set; } = new();

    public MappingPart Mapping { get; set; } = new();

    public List<ClusterPart> Clusters { get; set; } = [];

    public List<GroupPart> Groups { get; set; } = [];

    public List<InstancePart> Instances { get; set; } = [];

    public List<WorkloadPart> Workloads { get; set; } = [];

    public List<BudgetPart> Budgets { get; set; } = [];

    public List<EventPart> Events { get; set; } = [];

    public ExpectPart Expect { get; set; } = new();
}

internal sealed record FunctionPart
{
    public TimeSpan? Timeout { get; set; }

    public int? Memory { get; set; }

    public int? Concurrency { get; set; }

    public bool Freeze { get; set; }

    public bool? RecursiveLoop { get; set; }

    /// <summary>Parameters of template.yaml.</summary>
    public Dictionary<string, string> Parameters { get; set; } = [];

    /// <summary>Variables set past the template; an empty value takes one away.</summary>
    public Dictionary<string, string> Environment { get; set; } = [];
}

internal sealed record MappingPart
{
    public int? BatchSize { get; set; }

    public int? MaximumConcurrency { get; set; }

    public int? AddedPerMinute { get; set; }

    public TimeSpan? Visibility { get; set; }

    public int? MaxReceives { get; set; }
}

internal sealed record ClusterPart
{
    public string Name { get; set; } = "";

    public string? Account { get; set; }

    public string? Region { get; set; }

    /// <summary>Whether the function's role has an access entry.</summary>
    public bool Access { get; set; } = true;

    /// <summary>right, wrong-host, foreign-authority or unreachable.</summary>
    public string Endpoint { get; set; } = "right";
}

internal sealed record GroupPart
{
    public string Name { get; set; } = "";

    public string? Cluster { get; set; }

    /// <summary>Names for its first instances, ranges allowed; their number is the desired capacity.</summary>
    public List<string> Instances { get; set; } = [];

    /// <summary>Their instance ids, in the same order; by default drawn.</summary>
    public List<string> Ids { get; set; } = [];

    public bool Spot { get; set; }

    public bool CapacityRebalance { get; set; }

    /// <summary>With a warm pool of stopped instances into which it scales in, and out of which it scales out.</summary>
    public bool WarmPool { get; set; }

    /// <summary>Whether its first instances have become nodes.</summary>
    public bool Joined { get; set; } = true;

    /// <summary>Whether its instances carry the tag of MANAGED_TAG.</summary>
    public bool Managed { get; set; } = true;

    public Dictionary<string, string> Tags { get; set; } = [];

    public List<HookPart> Hooks { get; set; } = [];
}

internal sealed record HookPart
{
    public string Name { get; set; } = "";

    /// <summary>terminate or launch.</summary>
    public string On { get; set; } = "terminate";

    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>CONTINUE or ABANDON.</summary>
    public string Default { get; set; } = "CONTINUE";
}

internal sealed record InstancePart
{
    public string Name { get; set; } = "";

    /// <summary>By default drawn.</summary>
    public string? Id { get; set; }

    public string? Cluster { get; set; }

    public string? Account { get; set; }

    public string? Region { get; set; }

    public bool Spot { get; set; }

    public bool Managed { get; set; } = true;

    /// <summary>The name of its node; by default the private DNS name.</summary>
    public string? Node { get; set; }

    public Dictionary<string, string> Tags { get; set; } = [];
}

internal sealed record WorkloadPart
{
    public string Name { get; set; } = "";

    /// <summary>deployment, statefulset, daemonset, job, pod or mirror.</summary>
    public string Kind { get; set; } = "deployment";

    public string? Cluster { get; set; }

    public string Namespace { get; set; } = "default";

    public int Replicas { get; set; } = 1;

    /// <summary>The instance, or the range of instances in turn, on which its pods are in the beginning.</summary>
    public string? On { get; set; }

    public TimeSpan? Grace { get; set; }

    public TimeSpan? StopsIn { get; set; }

    public TimeSpan? StartsIn { get; set; }

    public string? Priority { get; set; }

    /// <summary>With an emptyDir volume.</summary>
    public bool LocalData { get; set; }

    /// <summary>Its readiness probe fails for ever.</summary>
    public bool NeverReady { get; set; }

    public List<string> Finalizers { get; set; } = [];

    /// <summary>Persistent volume claims.</summary>
    public List<string> Claims { get; set; } = [];

    /// <summary>Tolerates every taint.</summary>
    public bool Tolerates { get; set; }

    public Dictionary<string, string> Annotations { get; set; } = [];
}

internal sealed record BudgetPart
{
    public string Name { get; set; } = "";

    public string? Cluster { get; set; }

    public string Namespace { get; set; } = "default";

    /// <summary>The workload whose pods it protects.</summary>
    public string Of { get; set; } = "";

    /// <summary>A number or a percentage.</summary>
    public string? MinAvailable { get; set; }

    public string? MaxUnavailable { get; set; }

    /// <summary>AlwaysAllow or IfHealthyBudget.</summary>
    public string? Unhealthy { get; set; }
}

/// <summary>Something that happens; exactly one of the parts besides <see cref="At"/> and <see cref="Duplicates"/>.</summary>
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

    /// <summary>An instance that somebody terminates behind everybody's back.</summary>
    public string? Terminate { get; set; }

    public string? Stop { get; set; }

    /// <summary>A scheduled event (AWS Health) for an instance.</summary>
    public MaintenancePart? Maintenance { get; set; }

    /// <summary>A group that somebody gives another size.</summary>
    public ResizePart? Resize { get; set; }

    /// <summary>An instance whose scheduled events are cancelled.</summary>
    public string? Cancel { get; set; }

    /// <summary>A body that is put into a queue as it is; <c>{instance:NAME}</c> becomes an instance's id.</summary>
    public MessagePart? Message { get; set; }

    /// <summary>The event goes out again, as EventBridge may.</summary>
    public int? Duplicates { get; set; }

    public FaultPart? Fault { get; set; }

    /// <summary>all: every process of the function dies. out-of-memory: those that work, as Lambda kills what holds too much.</summary>
    public string? Kill { get; set; }

    /// <summary>A payload for a direct invocation: JSON.</summary>
    public string? Invoke { get; set; }

    /// <summary>A workload that somebody scales.</summary>
    public ScalePart? Scale { get; set; }

    /// <summary>A pod that lands on its instance's node however it is cordoned: it was bound to it before.</summary>
    public WorkloadPart? Pod { get; set; }

    public string? Target() =>
        Spot ?? Rebalance ?? CapacityReclaim ?? ScaleIn ?? Replace ?? Terminate ?? Stop ?? Maintenance?.Instance ?? Cancel ?? (Pod is null ? Fault?.Instance : Pod.On ?? "");
}

internal sealed record MaintenancePart
{
    public string Instance { get; set; } = "";

    public string Code { get; set; } = "instance-retirement";

    public TimeSpan In { get; set; } = TimeSpan.FromHours(2);
}

internal sealed record MessagePart
{
    /// <summary>A logical id of template.yaml.</summary>
    public string Queue { get; set; } = "NormalQueue";

    public string? Body { get; set; }

    public string? File { get; set; }

    public int Times { get; set; } = 1;
}

internal sealed record FaultPart
{
    /// <summary>throttle, error, unavailable, denied, reset, reset-after, latency, too-many-requests, silent-watch, closed-watch, conflict, lag.</summary>
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
}

internal sealed record ResizePart
{
    public string Group { get; set; } = "";

    public int Desired { get; set; }
}

internal sealed record ScalePart
{
    public string Workload { get; set; } = "";

    public int Replicas { get; set; }
}

/// <summary>How it must end. The invariants of the world hold besides, always.</summary>
internal sealed record ExpectPart
{
    /// <summary>By instance: drained, cordoned, lifted (taking pods again, our annotation gone), untouched or gone.</summary>
    public Dictionary<string, string> Nodes { get; set; } = [];

    /// <summary>By instance: continued, abandoned, timed-out or untouched.</summary>
    public Dictionary<string, string> Hooks { get; set; } = [];

    public int MessagesLeft { get; set; }

    public int DeadLetters { get; set; }

    public int DiedWithoutGrace { get; set; }

    public int BudgetsBypassed { get; set; }

    /// <summary>Each must appear in the function's log.</summary>
    public List<string> Logs { get; set; } = [];

    /// <summary>Each must appear in what a direct invocation answered.</summary>
    public List<string> Answers { get; set; } = [];

    /// <summary>None may appear in the function's log.</summary>
    public List<string> NotInLogs { get; set; } = [];

    /// <summary>Simulated, from the first event until all of this holds.</summary>
    public TimeSpan? Within { get; set; }

    /// <summary>Keep looking at least for this long: for stories in which nothing may happen.</summary>
    public TimeSpan? NotBefore { get; set; }

    public int? KubernetesRequestsAtMost { get; set; }

    /// <summary>Exactly so many pods were evicted by the function, by workload; two environments may both ask one to go.</summary>
    public Dictionary<string, int> Evictions { get; set; } = [];

    /// <summary>From the first event of an instance until its node takes no more pods.</summary>
    public Dictionary<string, TimeSpan> CordonedWithin { get; set; } = [];

    /// <summary>Of the nodes whose messages come in one batch, each cluster's are all cordoned before a pod of any is evicted.</summary>
    public bool CordonedBeforeEvictions { get; set; }

    public List<OrderPart> Order { get; set; } = [];

    /// <summary>By text: exactly so many lines of the log have it.</summary>
    public Dictionary<string, int> TimesInLogs { get; set; } = [];

    /// <summary>At one moment at least so many invocations ran.</summary>
    public int AtOnce { get; set; }

    /// <summary>At least so many of the function's patches of a node met another writer's (409).</summary>
    public int Conflicts { get; set; }

    /// <summary>By instance: keys that its node has in the end, whoever put them there.</summary>
    public Dictionary<string, List<string>> Taints { get; set; } = [];
}

/// <summary>
/// All of one thing before the first of another, and both do happen. A thing is a word and a name: <c>cordoned</c> an
/// instance; <c>landed</c>, <c>evicted</c> or <c>gone</c> a workload's pods.
/// </summary>
internal sealed record OrderPart
{
    public string First { get; set; } = "";

    public string Then { get; set; } = "";
}
