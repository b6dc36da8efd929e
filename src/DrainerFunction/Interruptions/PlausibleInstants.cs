using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Interruptions;

/// <summary>
/// Which instants are believed, in events, payloads, continuations and notes alike. Counted from the time at which SQS took the
/// message, which no sender can choose.
/// </summary>
internal static class PlausibleInstants
{
    /// <summary>An event may lie in a queue and a dead-letter queue for 14 days each.</summary>
    public static readonly TimeSpan OldestEvent = TimeSpan.FromDays(30);

    /// <summary>Clocks disagree.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Scheduled changes and reservations are announced long before, but not longer than this.</summary>
    public static readonly TimeSpan FarthestDate = TimeSpan.FromDays(2 * 366);

    /// <summary>Auto Scaling lets no hook wait longer, and a drain by hand is given no more.</summary>
    public static readonly TimeSpan LongestOrder = TimeSpan.FromHours(48);

    public static bool IsEventTime(DateTimeOffset at, DateTimeOffset sentAt) => at >= sentAt.Before(OldestEvent) && at <= sentAt.After(ClockSkew);

    /// <summary>A date that AWS announces. One that is farther than believable is no reason to refuse an event: it counts as the farthest that is.</summary>
    public static DateTimeOffset Announced(DateTimeOffset date, DateTimeOffset sentAt) =>
        date < sentAt.Before(FarthestDate) ? sentAt.Before(FarthestDate)
        : date > sentAt.After(FarthestDate) ? sentAt.After(FarthestDate)
        : date;

    public static bool IsOrdered(DateTimeOffset deadline, DateTimeOffset askedAt) => deadline >= askedAt.Before(OldestEvent) && deadline <= askedAt.After(LongestOrder);

    /// <summary>A time that a continuation or a note remembers: of a chain that may go on until a date that was announced long before.</summary>
    public static bool IsRemembered(DateTimeOffset at, DateTimeOffset now) => at >= now.Before(FarthestDate) && at <= now.After(FarthestDate);
}
