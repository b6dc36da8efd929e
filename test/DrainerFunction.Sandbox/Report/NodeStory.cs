namespace DrainerFunction.Sandbox.Report;

/// <summary>What happened to one instance, over all the invocations that looked after it.</summary>
internal sealed class NodeStory
{
    private static readonly string[] Unfinished = ["Continues", "Waits", "Superseded"];

    private NodeStory(IReadOnlyList<FinishedLine> invocations)
    {
        Invocations = invocations;
        Last = invocations.LastOrDefault(line => !Unfinished.Contains(line.Outcome)) ?? invocations[^1];
        var (firstSeen, received) = (invocations.Min(line => line.FirstSeen), invocations[0].Received);
        Begin = received - firstSeen is { } wait && wait >= TimeSpan.Zero && wait < TimeSpan.FromMinutes(1) ? firstSeen : received;
        End = invocations.Max(line => line.Ended);
        Pods = Merge(invocations);
    }

    public IReadOnlyList<FinishedLine> Invocations { get; }

    /// <summary>The one that says how it ended.</summary>
    public FinishedLine Last { get; }

    public DateTimeOffset Begin { get; }

    public DateTimeOffset End { get; }

    /// <summary>The slowest first.</summary>
    public IReadOnlyList<PodLine> Pods { get; }

    public string Name => Invocations.Select(line => line.NodeName).OfType<string>().LastOrDefault() ?? Last.InstanceId;

    /// <summary>Without the domain, which all nodes share.</summary>
    public string ShortName => Name.StartsWith("ip-", StringComparison.Ordinal) ? Name.Split('.')[0] : Name;

    public string? Cluster => Invocations.Select(line => line.Cluster).OfType<string>().LastOrDefault();

    public IReadOnlyList<string> Kinds => [.. Invocations.SelectMany(line => line.Kinds).Distinct()];

    public IReadOnlyList<string> Groups => [.. Invocations.SelectMany(line => line.Groups).Distinct()];

    public DateTimeOffset? Deadline => UnderDeadline?.Deadline;

    public string? DeadlineKind => UnderDeadline?.DeadlineKind;

    /// <summary>What came after the last pod had gone, such as the news that the instance is stopping now, put nobody under pressure.</summary>
    private FinishedLine? UnderDeadline =>
        Invocations.LastOrDefault(line => line.Deadline is not null && line.Received <= Drained) ?? Invocations.LastOrDefault(line => line.Deadline is not null);

    public DateTimeOffset? Resolved => Invocations.Min(line => line.Resolved);

    public DateTimeOffset? Cordoned => Invocations.Min(line => line.Cordoned);

    public DateTimeOffset? LastEvictionAccepted => Invocations.Max(line => line.LastEvictionAccepted);

    public DateTimeOffset? LastPodGone => Invocations.Max(line => line.LastPodGone);

    public DateTimeOffset? Completed => Invocations.Max(line => line.Completed);

    public int PodsNotNamed => Invocations.Max(line => line.PodsNotNamed);

    public int Evicted => Invocations.Sum(line => line.Evicted);

    public int Heartbeats => Invocations.Sum(line => line.Heartbeats);

    public IReadOnlyList<string> BypassedBudgets => [.. Invocations.SelectMany(line => line.BypassedBudgets).Distinct()];

    /// <summary>What the drain waits for is over: the pods, or else the story itself.</summary>
    public DateTimeOffset Drained => IsBad ? End : LastPodGone ?? End;

    public TimeSpan? NoticeLeft => Deadline - (Completed ?? Drained);

    public bool IsBad => Last.Outcome is "DeadlineMissed" or "Failed";

    public bool IsGood => Last.Outcome is "Drained" or "Cordoned" or "Launched" or "Undone";

    public static IReadOnlyList<NodeStory> Of(IEnumerable<FinishedLine> lines) =>
        [.. lines.GroupBy(line => (line.Account, line.Region, line.InstanceId))
            .Select(lines => new NodeStory([.. lines.OrderBy(line => line.Received).ThenBy(line => line.Ended)]))
            .OrderByDescending(story => story.IsBad).ThenByDescending(story => story.Drained - story.Begin).ThenBy(story => story.Name, StringComparer.Ordinal)];

    // A pod that one invocation left is the one of the same name that the next one found.
    private static List<PodLine> Merge(IReadOnlyList<FinishedLine> invocations)
    {
        var pods = new List<PodLine>();
        foreach (var invocation in invocations)
        {
            var before = pods.Count;
            foreach (var pod in invocation.Pods)
            {
                var index = pods.FindIndex(0, before, earlier => earlier.Name == pod.Name && earlier.Gone is null);
                if (index < 0)
                {
                    pods.Add(pod);
                    continue;
                }

                var earlier = pods[index];
                pods[index] = pod with
                {
                    Asked = earlier.Asked ?? pod.Asked,
                    Accepted = earlier.Accepted ?? pod.Accepted,
                    Terminating = earlier.Terminating ?? pod.Terminating,
                    HeldBy = pod.HeldBy ?? earlier.HeldBy,
                    BypassedBudget = pod.BypassedBudget ?? earlier.BypassedBudget,
                    GraceCut = pod.GraceCut || earlier.GraceCut,
                    Requests = pod.Requests + earlier.Requests,
                };
            }
        }

        return [.. pods.OrderByDescending(pod => pod.Gone ?? DateTimeOffset.MaxValue).ThenBy(pod => pod.Name, StringComparer.Ordinal)];
    }
}
