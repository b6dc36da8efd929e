using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Sandbox.View;

/// <summary>Turns what happens into lines for a human: the clock, the time that is left, one sentence with names instead of ids.</summary>
internal sealed partial class Story(Stage stage, Func<DateTimeOffset> start)
{
    private static readonly HashSet<string> Told =
    [
        "spot-reclaim", "rebalance", "capacity-reclaim", "event-scheduled", "event-due", "shutting-down", "stopping", "stopped", "terminated",
        "hook-started", "hook-heartbeat", "hook-completed", "hook-ended", "batch", "cold-start", "killed", "ended", "recursion-cut", "init-failed", "answered", "unanswered",
        "cordoned", "uncordoned", "evicted", "deleted", "pod-gone", "pod-killed", "pod-killed-at-grace-end", "node-not-ready", "node-gone", "node-ready",
        "dead-lettered", "batch-item-failed", "token-refused", "no-access-entry", "kubernetes-fault", "volume-detached", "unrouted",
        "passed-on", "unreachable",
    ];

    private static readonly HashSet<string> Interruptions = ["spot-reclaim", "capacity-reclaim", "hook-started", "event-scheduled", "shutting-down", "stopping"];

    private readonly Dictionary<string, Deadline> _deadlines = [];
    private readonly HashSet<string> _interrupted = [];
    private readonly HashSet<string> _cordoned = [];
    private readonly string _function = $"arn:aws:sts::{stage.Role.Account}:assumed-role/{stage.Role.Name}/{stage.FunctionSettings.Name}";

    /// <summary>When the machine ends, or its hook times out, if that is known.</summary>
    public Deadline? DeadlineOf(string instanceId) => _deadlines.GetValueOrDefault(instanceId);

    public bool WasInterrupted(string instanceId) => _interrupted.Contains(instanceId);

    /// <summary>And was not uncordoned; true also when the node is gone.</summary>
    public bool WasCordoned(string nodeName) => _cordoned.Contains(nodeName);

    public TimeSpan Since(DateTimeOffset now) => now - start();

    /// <summary>Under the gate. Null: not worth a line.</summary>
    public StoryLine? Tell(Happening happening)
    {
        Note(happening);
        var text = happening switch
        {
            { What: "log" } => LogLine(happening.Text),
            _ when Told.Contains(happening.What) || happening.Area == "fault" => happening.Text,
            _ => null,
        };
        return text is null ? null : new(happening.At, happening.Area, LongId().Replace(Name(text), "$1"), InstanceOf(happening));
    }

    /// <summary>A line that stands alone: the clock, what is left of its instance's time, who, what.</summary>
    public string Plain(StoryLine line)
    {
        return string.Create(CultureInfo.InvariantCulture,
            $"{Since(line.At).TotalSeconds,7:0.00}s {(LeftOf(line) is { } left ? $"({Math.Max(0, left.TotalSeconds),5:0.0} s left)" : ""),15}  {line.Area,-11} {line.Text}");
    }

    /// <summary>A line below the picture.</summary>
    public string Short(StoryLine line)
    {
        var text = line.Text.Replace(" node of ", " ", StringComparison.Ordinal).Replace("default/", "", StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{Since(line.At).TotalSeconds,7:0.00} s {(LeftOf(line) is { } left ? $"{Math.Max(0, left.TotalSeconds):0} s left" : ""),12}  {line.Area,-11} {text}");
    }

    private TimeSpan? LeftOf(StoryLine line) => line.InstanceId is { } instance && DeadlineOf(instance) is { } deadline ? deadline.Until - line.At : null;

    private string? InstanceOf(Happening happening) => stage.InstanceNames.Select(stage.Instance).FirstOrDefault(instance =>
        happening.Subject == instance.InstanceId || happening.Text.Contains(instance.InstanceId, StringComparison.Ordinal)
        || happening.Text.Contains(instance.NodeName, StringComparison.OrdinalIgnoreCase))?.InstanceId;

    private void Note(Happening happening)
    {
        if (Interruptions.Contains(happening.What))
        {
            _interrupted.Add(happening.Subject);
        }
        else if (happening is { Area: "kubernetes", What: "cordoned" })
        {
            _cordoned.Add(happening.Subject);
        }
        else if (happening is { Area: "kubernetes", What: "uncordoned" })
        {
            _cordoned.Remove(happening.Subject);
        }

        if (happening.What is "spot-reclaim" or "capacity-reclaim")
        {
            _deadlines[happening.Subject] = new(happening.At, happening.At + World.Aws.Ec2Interruptions.Notice);
        }
        else if (happening.What is "hook-started" or "hook-heartbeat")
        {
            var action = stage.World.Aws.Regions.SelectMany(region => region.AutoScaling.Actions).LastOrDefault(one => one.InstanceId == happening.Subject && one.IsActive);
            if (action is not null)
            {
                _deadlines[happening.Subject] = new(happening.At, action.Deadline);
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

    private static string? LogLine(string line)
    {
        if (line.StartsWith("REPORT ", StringComparison.Ordinal) || line.Contains("DRAINER_TIME_SCALE", StringComparison.Ordinal))
        {
            // The picture is in simulated time anyhow, and the summary counts the invocations.
            return null;
        }

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

    // The first part tells requests and messages apart well enough.
    [GeneratedRegex("\\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b")]
    private static partial Regex LongId();
}

/// <param name="InstanceId">Whose time it is about; null where it names no instance.</param>
internal sealed record StoryLine(DateTimeOffset At, string Area, string Text, string? InstanceId = null);

/// <param name="From">When it was set.</param>
internal sealed record Deadline(DateTimeOffset From, DateTimeOffset Until);
