using System.Globalization;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Continuations;

/// <summary>How long a lifecycle hook waits, and when Auto Scaling said so: one look serves a whole drain, for a look in each process is what many at once cannot be granted.</summary>
/// <param name="HeartbeatTimeout">Without a heartbeat.</param>
/// <param name="LearnedAt">When its group was asked.</param>
internal sealed record HookTimes(TimeSpan HeartbeatTimeout, DateTimeOffset LearnedAt)
{
    // What PutLifecycleHook takes.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(7200);

    // The API reference's LifecycleHook: 48 hours or a hundred times the heartbeat's, whichever is smaller.
    private static readonly TimeSpan LongestOfAll = TimeSpan.FromHours(48);
    private const int MostBeats = 100;

    // A hook may be put anew while its drain goes on.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);

    /// <summary>With heartbeats.</summary>
    public TimeSpan GlobalTimeout => HeartbeatTimeout * MostBeats < LongestOfAll ? HeartbeatTimeout * MostBeats : LongestOfAll;

    public bool IsFresh(DateTimeOffset now) => now - LearnedAt < Fresh;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(int)HeartbeatTimeout.TotalSeconds} {LearnedAt.ToUnixTimeSeconds()}");

    /// <returns>Null for what the function would never have written.</returns>
    public static HookTimes? Read(string? text, DateTimeOffset now) =>
        text?.Split(' ') is [var timeout, var learnedAt]
        && int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= Shortest.TotalSeconds && seconds <= Longest.TotalSeconds
        && int.TryParse(learnedAt, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && DateTimeOffset.FromUnixTimeSeconds(at) is var learned && PlausibleInstants.IsRemembered(learned, now)
            ? new(TimeSpan.FromSeconds(seconds), learned)
            : null;
}
