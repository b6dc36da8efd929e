namespace DrainerFunction.Planning;

/// <summary>What to do with one pod now. A closed set. Grace periods are those of the plan's instant; a request that waited for its turn carries what fits when it is sent.</summary>
internal abstract record Disposition
{
    private Disposition() { }

    /// <summary>Ask the API server to evict it, which disruption budgets may refuse.</summary>
    /// <param name="GracePeriod">Overrides the pod's own; null leaves it.</param>
    public sealed record Evict(TimeSpan? GracePeriod) : Disposition;

    /// <summary>Nothing to do but to wait: for the pod, for its turn, or for the time that the server named.</summary>
    /// <param name="Until">When the plan for this pod changes even if nothing happens; null for never.</param>
    public sealed record Await(string Why, DateTimeOffset? Until) : Disposition;

    /// <summary>Delete it past what has refused or failed, because the machine goes away in any case.</summary>
    /// <param name="Obstacle">A disruption budget's name, or what else it was, in words.</param>
    public sealed record Delete(TimeSpan GracePeriod, string Obstacle) : Disposition;

    /// <summary>It stays, and the drain does not wait for it.</summary>
    public sealed record Leave(string Why) : Disposition;
}
