using System.Globalization;
using System.Text.Json;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Sandbox.View;

/// <summary>Turns what happens into lines for a human: the clock, the time that is left, one sentence with names instead of ids.</summary>
internal sealed class Story(Stage stage, Func<DateTimeOffset> start)
{
    private static readonly HashSet<string> Told =
    [
        "spot-reclaim", "rebalance", "capacity-reclaim", "event-scheduled", "event-due", "shutting-down", "stopping", "stopped", "terminated",
        "hook-started", "hook-heartbeat", "hook-completed", "hook-ended", "batch", "cold-start", "killed", "ended", "recursion-cut", "init-failed", "answered", "unanswered",
        "cordoned", "uncordoned", "evicted", "deleted", "pod-gone", "pod-killed", "pod-killed-at-grace-end", "node-not-ready", "node-gone", "node-ready",
        "dead-lettered", "batch-item-failed", "token-refused", "no-access-entry", "kubernetes-fault", "volume-detached", "unrouted",
        "passed-on", "unreachable",
    ];

    private readonly Dictionary<string, DateTimeOffset> _deadlines = [];
    private readonly string _function = $"arn:aws:sts::{stage.Role.Account}:assumed-role/{stage.Role.Name}/{stage.FunctionSettings.Name}";

    /// <summary>The nearest end that is known of any machine.</summary>
    public DateTimeOffset? Deadline => _deadlines.Count == 0 ? null : _deadlines.Values.Min();

    /// <summary>Under the gate. Null: not worth a line.</summary>
    public string? Tell(Happening happening)
    {
        Note(happening);
        var text = happening switch
        {
            { What: "log" } => LogLine(happening.Text),
            _ when Told.Contains(happening.What) || happening.Area == "fault" => happening.Text,
            _ => null,
        };
        return text is null ? null : $"{Clock(happening.At)}  {happening.Area,-11} {Name(text)}";
    }

    public string Clock(DateTimeOffset now)
    {
        var since = now - start();
        var left = Deadline - now;
        return string.Create(CultureInfo.InvariantCulture,
            $"{since.TotalSeconds,7:0.00}s {(left is { } time ? $"({Math.Max(0, time.TotalSeconds),5:0.0} s left)" : ""),15}");
    }

    private void Note(Happening happening)
    {
        if (happening.What is "spot-reclaim" or "capacity-reclaim")
        {
            _deadlines[happening.Subject] = happening.At + World.Aws.Ec2Interruptions.Notice;
        }
        else if (happening.What is "hook-started" or "hook-heartbeat")
        {
            var action = stage.World.Aws.Regions.SelectMany(region => region.AutoScaling.Actions).LastOrDefault(one => one.InstanceId == happening.Subject && one.IsActive);
            if (action is not null)
            {
                _deadlines[happening.Subject] = action.Deadline;
            }
        }
        else if (happening.What is "hook-completed" or "terminated")
        {
            _deadlines.Remove(happening.Subject);
        }
    }

    /// <summary>The names of the scenario say more than ids.</summary>
    private string Name(string text)
    {
        foreach (var name in stage.InstanceNames)
        {
            var instance = stage.Instance(name);
            text = text.Replace(instance.InstanceId, name, StringComparison.Ordinal)
                .Replace($"node {instance.NodeName}", instance.NodeName, StringComparison.OrdinalIgnoreCase)
                .Replace(instance.NodeName, $"node of {name}", StringComparison.Ordinal);
        }

        return text.Replace(_function, "the function", StringComparison.Ordinal);
    }

    private static string LogLine(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("message", out var message) ? $"» {message}"
                : document.RootElement.TryGetProperty("_aws", out _) ? "» (metrics)" : $"» {line}";
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            return $"» {line}";
        }
    }
}
