namespace DrainerFunction.Interruptions;

/// <summary>The bound of a drain, and from when on the machine's end is certain.</summary>
/// <param name="At">When the bound is reached.</param>
/// <param name="HardFrom">From when on it is hard; null is soft all the way, <see cref="DateTimeOffset.MinValue"/> is hard at once.</param>
internal readonly record struct Deadline(DateTimeOffset At, DateTimeOffset? HardFrom)
{
    public bool IsHardAt(DateTimeOffset now) => HardFrom <= now;

    public static Deadline Soft(DateTimeOffset at) => new(at, HardFrom: null);

    public static Deadline Hard(DateTimeOffset at) => new(at, HardFrom: DateTimeOffset.MinValue);

    /// <summary>One bound for two interruptions of one instance: a hard one outranks a soft one; among equals the nearer counts.</summary>
    public static Deadline Earliest(Deadline one, Deadline other) => (one.HardFrom, other.HardFrom) switch
    {
        ({ } hard, { } alsoHard) => new(Nearer(one.At, other.At), Nearer(hard, alsoHard)),
        ({ }, null) => one,
        (null, { }) => other,
        (null, null) => Soft(Nearer(one.At, other.At)),
    };

    private static DateTimeOffset Nearer(DateTimeOffset one, DateTimeOffset other) => one <= other ? one : other;
}
