namespace DrainerFunction.Draining;

/// <summary>How a drain ended. A closed set.</summary>
internal abstract record DrainOutcome(DrainReport Report)
{
    /// <summary>Nothing that could be evicted is left, and its volumes are off or their time is up.</summary>
    public sealed record Drained(DrainReport Report) : DrainOutcome(Report);

    /// <summary>The invocation's time is spent and pods are left: the next one goes on.</summary>
    public sealed record OutOfTime(DrainReport Report) : DrainOutcome(Report);

    /// <summary>The deadline has passed and pods are left, or it is not known (<see cref="DrainReport.PodsWereListed"/>).</summary>
    public sealed record BoundReached(DrainReport Report) : DrainOutcome(Report);

    /// <summary>EC2 says that the machine is off: what was still on it has outlived it.</summary>
    public sealed record MachineGone(DrainReport Report) : DrainOutcome(Report);

    /// <summary>The cluster no longer has the node.</summary>
    public sealed record NodeGone(DrainReport Report) : DrainOutcome(Report);

    /// <summary>The cordon was taken back meanwhile, with the annotation and its seal: pods are left, and AWS is asked anew.</summary>
    public sealed record CordonUndone(DrainReport Report) : DrainOutcome(Report);

    /// <summary>A dry run: this is what would be done now, and nothing was.</summary>
    public sealed record OnlyPlanned(DrainReport Report) : DrainOutcome(Report);
}
