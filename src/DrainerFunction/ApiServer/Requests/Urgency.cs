using DrainerFunction.Interruptions;

namespace DrainerFunction.ApiServer.Requests;

/// <summary>Whose request goes first: that of a machine that ends before that of one that does not, the nearest first; of those that end together, that of the pod with the most to do.</summary>
/// <param name="MachineEnds">Whether the machine ends with the bound.</param>
/// <param name="End">When the bound is reached.</param>
/// <param name="Start">By when the pod has to be asked to have its grace period; the least for what is not about a pod.</param>
internal readonly record struct Urgency(bool MachineEnds, DateTimeOffset End, DateTimeOffset Start = default) : IComparable<Urgency>
{
    /// <summary>For what has no bound of its own.</summary>
    public static readonly Urgency None = new(MachineEnds: false, DateTimeOffset.MaxValue);

    private Bounds? Bounds { get; init; }

    public static Urgency Of(Bounds? bounds) => bounds is { } known ? new(known.EndTheMachine, known.End) { Bounds = known } : None;

    /// <summary>The latest end of a pause that begins then, whatever a server asks for.</summary>
    public DateTimeOffset LatestRetry(DateTimeOffset from) => Bounds?.LatestRetry(TimeSpan.MaxValue, from) ?? DateTimeOffset.MaxValue;

    public int CompareTo(Urgency other) => MachineEnds != other.MachineEnds ? (MachineEnds ? -1 : 1)
        : End != other.End ? End.CompareTo(other.End)
        : Start.CompareTo(other.Start);
}
