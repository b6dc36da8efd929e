using DrainerFunction.Interruptions;

namespace DrainerFunction.ApiServer.Requests;

/// <summary>Whose request goes first: hard deadlines before soft ones, the nearest first.</summary>
internal readonly record struct Urgency(bool IsHard, DateTimeOffset Deadline) : IComparable<Urgency>
{
    /// <summary>For what has no deadline of its own.</summary>
    public static readonly Urgency None = new(IsHard: false, DateTimeOffset.MaxValue);

    // A soft deadline that will turn hard counts as hard: the machine's end has a date.
    public static Urgency Of(Deadline? deadline) => deadline is { } known ? new(known.HardFrom is not null, known.At) : None;

    public int CompareTo(Urgency other) => IsHard != other.IsHard ? (IsHard ? -1 : 1) : Deadline.CompareTo(other.Deadline);
}
