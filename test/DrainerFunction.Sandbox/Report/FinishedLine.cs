using System.Text.Json;

namespace DrainerFunction.Sandbox.Report;

/// <summary>What the picture needs of the one line that the function writes for each interruption and invocation (docs/logging.md).</summary>
internal sealed record FinishedLine
{
    public required string InstanceId { get; init; }

    /// <summary>The line as it was written.</summary>
    public required string Raw { get; init; }

    public string InterruptionId { get; init; } = "";

    public string Account { get; init; } = "";

    public string Region { get; init; } = "";

    public string? Cluster { get; init; }

    public string? NodeName { get; init; }

    public required IReadOnlyList<string> Kinds { get; init; }

    public required IReadOnlyList<string> Groups { get; init; }

    public string RequestId { get; init; } = "";

    public required string Outcome { get; init; }

    public string Why { get; init; } = "";

    public string HookReply { get; init; } = "";

    public int Attempt { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset Received { get; init; }

    public required DateTimeOffset Ended { get; init; }

    public DateTimeOffset? Resolved { get; init; }

    public DateTimeOffset? Cordoned { get; init; }

    public DateTimeOffset? LastEvictionAccepted { get; init; }

    public DateTimeOffset? LastPodGone { get; init; }

    public DateTimeOffset? Completed { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public string? DeadlineKind { get; init; }

    public int Heartbeats { get; init; }

    public required IReadOnlyList<DateTimeOffset> HeartbeatTimes { get; init; }

    public required IReadOnlyList<PodLine> Pods { get; init; }

    public int PodsNotNamed { get; init; }

    public int Evicted { get; init; }

    public int Remaining { get; init; }

    public int Requests { get; init; }

    public required IReadOnlyList<string> BypassedBudgets { get; init; }

    /// <returns>Null for every other line.</returns>
    public static FinishedLine? Read(JsonElement line)
    {
        if (line.Text("event") is not "interruption" || line.Text("instanceId") is not { } instance
            || line.Object("phases") is not { } phases || phases.Time("received") is not { } received || phases.Time("ended") is not { } ended)
        {
            return null;
        }

        var totals = line.Object("podTotals");
        return new()
        {
            InstanceId = instance,
            Raw = line.GetRawText(),
            InterruptionId = line.Text("interruptionId") ?? "",
            Account = line.Text("account") ?? "",
            Region = line.Text("region") ?? "",
            Cluster = line.Text("cluster"),
            NodeName = line.Text("nodeName"),
            Kinds = [.. line.Items("kinds").Select(kind => kind.ToString())],
            Groups = [.. line.Items("hooks").Select(hook => hook.Text("group")).OfType<string>().Distinct()],
            RequestId = line.Text("requestId") ?? "",
            Outcome = line.Text("Outcome") ?? "",
            Why = line.Text("why") ?? "",
            HookReply = line.Text("hookReply") ?? "",
            Attempt = line.Number("attempt"),
            FirstSeen = line.Time("firstSeen") ?? received,
            Received = received,
            Ended = ended,
            Resolved = phases.Time("resolved"),
            Cordoned = phases.Time("cordoned"),
            LastEvictionAccepted = phases.Time("lastEvictionAccepted"),
            LastPodGone = phases.Time("lastPodGone"),
            Completed = phases.Time("completed"),
            Deadline = line.Time("deadline"),
            DeadlineKind = line.Text("deadlineKind"),
            Heartbeats = line.Number("Heartbeats"),
            HeartbeatTimes = [.. line.Items("heartbeatTimes").Select(beat => beat.AsTime()).OfType<DateTimeOffset>()],
            Pods = [.. line.Items("pods").Select(PodLine.Read).OfType<PodLine>()],
            PodsNotNamed = line.Number("podsNotNamed"),
            Evicted = (totals?.Number("evicted") ?? 0) + (totals?.Number("deletedPastBudget") ?? 0),
            Remaining = totals?.Number("remaining") ?? 0,
            Requests = line.Number("drainRequests"),
            BypassedBudgets = [.. line.Items("bypassedBudgets").Select(budget => budget.ToString())],
        };
    }
}

internal sealed record PodLine
{
    public required string Name { get; init; }

    public DateTimeOffset? Asked { get; init; }

    public int Requests { get; init; }

    public string? HeldBy { get; init; }

    public DateTimeOffset? Accepted { get; init; }

    public DateTimeOffset? Terminating { get; init; }

    public DateTimeOffset? Gone { get; init; }

    public string? BypassedBudget { get; init; }

    public bool GraceCut { get; init; }

    public bool Stuck { get; init; }

    public string? WaitsFor { get; init; }

    /// <summary>From the first request about it until it was gone; a pod that is still there has taken the longest of all.</summary>
    public TimeSpan Took => Gone is { } gone ? gone - (Asked ?? Terminating ?? gone) : TimeSpan.MaxValue;

    /// <summary>How long a budget, webhook or policy held it, until <paramref name="end"/> at most.</summary>
    public TimeSpan? Held(DateTimeOffset end) => HeldBy is not null && Asked is { } asked ? (Accepted ?? Gone ?? end) - asked : null;

    public static PodLine? Read(JsonElement pod) => pod.Text("name") is not { } name ? null : new()
    {
        Name = name,
        Asked = pod.Time("asked"),
        Requests = pod.Number("requests"),
        HeldBy = pod.Text("heldBy"),
        Accepted = pod.Time("accepted"),
        Terminating = pod.Time("terminating"),
        Gone = pod.Time("gone"),
        BypassedBudget = pod.Text("bypassedBudget"),
        GraceCut = pod.Truth("graceCut"),
        Stuck = pod.Truth("stuck"),
        WaitsFor = pod.Text("waitsFor"),
    };
}
