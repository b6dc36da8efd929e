namespace DrainerFunction.Runtime.Scheduling;

internal static class RoundedTime
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Timers count whole milliseconds and cut the rest off: a wait that is to reach an instant is rounded up, or it would be over just before.</summary>
    public static TimeSpan Milliseconds(TimeSpan wait) =>
        wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
