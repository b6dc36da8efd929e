namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// What goes wrong between a client and the API server, on request and deterministically: the n-th request that a rule
/// matches gets its fault. A request is put to <see cref="Consult"/> exactly once, under the world's gate.
/// </summary>
internal sealed class ClusterFaults(SimulatedWorld world)
{
    private readonly List<(FaultRule Rule, int[] Seen)> _rules = [];

    public void Add(FaultRule rule)
    {
        lock (world.Gate)
        {
            _rules.Add((rule, [0]));
        }
    }

    public void Clear()
    {
        lock (world.Gate)
        {
            _rules.Clear();
        }
    }

    /// <summary>The first rule whose turn it is; every rule that matches counts the request.</summary>
    public Fault? Consult(RequestTarget target, ApiUser user)
    {
        Fault? chosen = null;
        foreach (var (rule, seen) in _rules)
        {
            if (rule.Matches(target, user) && ++seen[0] is var nth && nth >= rule.Nth && nth - rule.Nth < rule.Times)
            {
                chosen ??= rule.Fault;
            }
        }

        if (chosen is not null)
        {
            world.Tape.Record("fault", "kubernetes-fault", target.Path, $"{target.Verb} {target.Path} of {user.Name}: {chosen}");
        }

        return chosen;
    }
}

/// <param name="Nth">The first matching request that is hit, counted from 1.</param>
/// <param name="Times">How many in a row are hit from there on.</param>
internal sealed record FaultRule(Fault Fault, int Nth = 1, int Times = int.MaxValue)
{
    /// <summary>get, list, watch, create, …; null matches every verb.</summary>
    public string? Verb { get; init; }

    /// <summary>With its subresource (<c>pods/eviction</c>); null matches every path.</summary>
    public string? Resource { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    /// <summary>Only requests of users in this group; null matches everybody.</summary>
    public string? Group { get; init; }

    public bool Matches(RequestTarget target, ApiUser user) =>
        (Verb is null || Verb == target.Verb)
        && (Resource is null || Resource == target.ResourceAndSubresource)
        && (Namespace is null || Namespace == target.Namespace)
        && (Name is null || Name == target.Name)
        && (Group is null || user.IsIn(Group));
}

internal abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The request is served, but later; a socket only.</summary>
    internal sealed record Latency(TimeSpan Least, TimeSpan Jitter) : Fault;

    /// <summary>Priority and fairness refuses: plain text, 429, and Retry-After unless null.</summary>
    internal sealed record TooManyRequests(TimeSpan? RetryAfter) : Fault;

    /// <summary>A Status with this code, before the request is looked at.</summary>
    internal sealed record ServerError(int Status, string Message) : Fault
    {
        /// <summary>Null takes the one that goes with the status.</summary>
        public string? Reason { get; init; }

        public TimeSpan? RetryAfter { get; init; }
    }

    /// <summary>The history is forgotten before the request is looked at: a list that is continued is answered 410.</summary>
    internal sealed record Expired : Fault;

    /// <summary>The connection ends before the request reaches the world.</summary>
    internal sealed record ResetBefore : Fault;

    /// <summary>The request is applied, then the connection ends without an answer.</summary>
    internal sealed record ResetAfter : Fault;

    /// <summary>The request is applied and the connection ends in the middle of the answer's body.</summary>
    internal sealed record ResetInBody : Fault;

    /// <summary>Half of the body is sent, and then nothing for this long; a socket only.</summary>
    internal sealed record StalledBody(TimeSpan For) : Fault;

    /// <summary>The watch stays open, but nothing more comes after this long.</summary>
    internal sealed record SilentWatch(TimeSpan After) : Fault;

    /// <summary>The watch ends after this long, as if its timeoutSeconds had passed.</summary>
    internal sealed record ClosedWatch(TimeSpan After) : Fault;

    /// <summary>The watch ends as it begins and tells nothing of what happened; with a status, an ERROR event comes first.</summary>
    internal sealed record FailedWatch(int? Status = null, string Message = "") : Fault;

    /// <summary>Somebody else writes a taint on the node between the client's read and this request, which is then served.</summary>
    internal sealed record OtherWriter : Fault;
}
