namespace DrainerFunction.Sandbox.Scenarios;

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

    /// <summary>Pods were deleted past exactly so many disruption budgets that held them; null: any number.</summary>
    public int? BudgetsBypassed { get; set; }

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
