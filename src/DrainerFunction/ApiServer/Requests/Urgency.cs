using DrainerFunction.Interruptions;

namespace DrainerFunction.ApiServer.Requests;

/// <summary>Whose request goes first: that of a machine that ends before that of one that does not, the nearest first.</summary>
internal readonly record struct Urgency(bool MachineEnds, DateTimeOffset End) : IComparable<Urgency>
{
    /// <summary>For what has no bound of its own.</summary>
    public static readonly Urgency None = new(MachineEnds: false, DateTimeOffset.MaxValue);

    private Bounds? Bounds { get; init; }

    public static Urgency Of(Bounds? bounds) => bounds is { } known ? new(known.EndTheMachine, known.End) { Bounds = known } : None;

    /// <summary>The latest end of a pause that begins then, whatever a server asks for.</summary>
    public DateTimeOffset LatestRetry(DateTimeOffset from) => Bounds?.LatestRetry(TimeSpan.MaxValue, from) ?? DateTimeOffset.MaxValue;

    public int CompareTo(Urgency other) => MachineEnds != other.MachineEnds ? (MachineEnds ? -1 : 1) : End.CompareTo(other.End);
}
