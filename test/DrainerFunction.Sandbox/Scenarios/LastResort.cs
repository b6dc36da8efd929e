using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>
/// From when on a pod may be deleted past what refuses its eviction, reckoned from what really ends its machine: what EC2 has announced, the wait
/// of a hook, the window of a maintenance; the nearest of them counts.
/// </summary>
internal sealed class LastResort(Stage stage)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(5);

    // Events state whole seconds.
    private static readonly TimeSpan Stamp = TimeSpan.FromSeconds(2);

    // A drain begins before its node is cordoned, but not longer than that.
    private static readonly TimeSpan Begun = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, (DateTimeOffset At, DateTimeOffset Said)> _forced = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _cordonedAt = new(StringComparer.Ordinal);

    private DateTimeOffset Now => stage.World.Now;

    /// <summary>A drain by hand.</summary>
    public void Hear(string instanceId, string payload)
    {
        if (payload.Contains("\"force\":true", StringComparison.Ordinal) && JsonNode.Parse(payload)?["drain"] is { } drain)
        {
            _forced[instanceId] = (drain["deadline"] is { } by ? DateTimeOffset.Parse(by.ToString(), System.Globalization.CultureInfo.InvariantCulture) : Now + Seconds("MAX_DRAIN_DURATION", 3600), Now);
        }
    }

    public void Cordoned(string node) => _cordonedAt.TryAdd(node, Now);

    /// <summary>A pod that opts out is held by a hook whatever its answer will be.</summary>
    public bool MayDisturb(Instance instance, string node, TimeSpan own) => Setting("HONOR_DO_NOT_DISRUPT") is "false" || HasCome(instance, node, own, lets: _ => true);

    public bool HasCome(Instance instance, string node, TimeSpan own) => HasCome(instance, node, own, lets: answer => answer is null or "continue");

    private bool HasCome(Instance instance, string node, TimeSpan own, Func<string?, bool> lets)
    {
        var grace = Setting("POD_TERMINATION_GRACE_PERIOD") is { } text && int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is >= 0 and var seconds ? TimeSpan.FromSeconds(seconds) : own;
        return instance.IsGoingDown || Ends(instance, node, lets).Any(end => Now >= end.At - Min(grace, Min(Longest, (end.At - end.Said) / 2)) - Reserve - Stamp);
    }

    public bool IsPastItsEnd(Instance instance) => Announced(instance) is { } end && Now >= end.At;

    private IEnumerable<(DateTimeOffset At, DateTimeOffset Said)> Ends(Instance instance, string node, Func<string?, bool> lets)
    {
        if (Announced(instance) is { } announced)
        {
            yield return announced;
        }

        if (_forced.TryGetValue(instance.InstanceId, out var forced))
        {
            yield return forced;
        }

        foreach (var action in lets(Setting("ON_TIMEOUT")) ? stage.Region(instance).AutoScaling.Actions.Where(action => action.IsActive && action.InstanceId == instance.InstanceId) : [])
        {
            yield return (Min(action.StartedAt + Patience, action.GlobalDeadline), action.StartedAt);
        }

        foreach (var scheduled in instance.Events.Where(one => !one.IsOver))
        {
            var begun = _cordonedAt.TryGetValue(node, out var cordoned) ? cordoned - Begun : DateTimeOffset.MinValue;
            var led = begun + Seconds("SCHEDULED_CHANGE_LEAD_TIME", 3600);
            var at = led > scheduled.NotBefore ? led : scheduled.NotBefore;
            yield return (scheduled.NotAfter is { } closes && closes > begun && closes < at ? closes : at, DateTimeOffset.MinValue);
        }
    }

    private (DateTimeOffset At, DateTimeOffset Said)? Announced(Instance instance) => stage.Region(instance).Ec2.Interruptions.AnnouncedEnd(instance.InstanceId);

    /// <summary>How long the function's settings let a hook wait.</summary>
    public TimeSpan Patience => Seconds("MAX_DRAIN_DURATION", Setting("HEARTBEAT_UNTIL") is null ? 3600 : Seconds("HEARTBEAT_UNTIL", 3600).TotalSeconds);

    private TimeSpan Seconds(string setting, double unless) => TimeSpan.FromSeconds(Setting(setting) is { } text ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : unless);

    private string? Setting(string name) => stage.Function?.Settings.Environment.GetValueOrDefault(name) is { Length: > 0 } set ? set : null;

    private static T Min<T>(T one, T other)
        where T : IComparable<T> => one.CompareTo(other) <= 0 ? one : other;
}
