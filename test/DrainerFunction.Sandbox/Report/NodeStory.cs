namespace DrainerFunction.Sandbox.Report;

/// <summary>One interruption of one instance, over all the messages and invocations that belong to it.</summary>
internal sealed class NodeStory
{
    private static readonly string[] Unfinished = ["Continues", "Waits", "Superseded", "AlreadyHandled"];
    private static readonly string[] Endings = ["Drained", "DeadlineMissed", "Launched", "Undone"];

    private NodeStory(IReadOnlyList<FinishedLine> lines, string? scenario)
    {
        (Lines, Scenario) = (lines, scenario);
        Last = lines.LastOrDefault(line => Endings.Contains(line.Outcome) && !IsEcho(line)) ?? lines.LastOrDefault(line => !Unfinished.Contains(line.Outcome) && !IsEcho(line)) ?? lines[^1];
        var (firstSeen, received) = (lines.Min(line => line.FirstSeen), lines[0].Received);
        Begin = received - firstSeen is { } wait && wait >= TimeSpan.Zero && wait < TimeSpan.FromMinutes(1) ? firstSeen : received;
        Told = [.. lines.Where(line => line.Received <= Last.Ended)];
        End = Told.Max(line => line.Ended);
        Pods = Merge(Told);
    }

    /// <summary>All of them, what came after the end too.</summary>
    public IReadOnlyList<FinishedLine> Lines { get; }

    /// <summary>The name of the scenario it was played in.</summary>
    public string? Scenario { get; }

    /// <summary>Those up to the end: only they have times that measure something.</summary>
    public IReadOnlyList<FinishedLine> Told { get; }

    /// <summary>The one that says how it ended.</summary>
    public FinishedLine Last { get; }

    public DateTimeOffset Begin { get; }

    public DateTimeOffset End { get; }

    /// <summary>The slowest first.</summary>
    public IReadOnlyList<PodLine> Pods { get; }

    public string Name => Lines.Select(line => line.NodeName).OfType<string>().LastOrDefault() ?? Last.InstanceId;

    /// <summary>Without the domain, which all nodes share.</summary>
    public string ShortName => Name.StartsWith("ip-", StringComparison.Ordinal) ? Name.Split('.')[0] : Name;

    public string? Cluster => Lines.Select(line => line.Cluster).OfType<string>().LastOrDefault();

    public IReadOnlyList<string> Kinds => [.. Told.SelectMany(line => line.Kinds).Distinct()];

    public IReadOnlyList<string> Groups => [.. Told.SelectMany(line => line.Groups).Distinct()];

    public DateTimeOffset? Deadline => UnderDeadline?.Deadline;

    public string? DeadlineKind => UnderDeadline?.DeadlineKind;

    private FinishedLine? UnderDeadline => Told.LastOrDefault(line => line.Deadline is not null);

    public DateTimeOffset? Resolved => Told.Min(line => line.Resolved);

    public DateTimeOffset? Cordoned => Told.Min(line => line.Cordoned);

    public DateTimeOffset? LastEvictionAccepted => Told.Max(line => line.LastEvictionAccepted);

    public DateTimeOffset? LastPodGone => Told.Max(line => line.LastPodGone);

    /// <summary>The first answer after the last pod; later lines may answer what is answered already.</summary>
    public DateTimeOffset? Completed => Told.Where(line => line.Completed is null || LastPodGone is null || line.Completed >= LastPodGone).Min(line => line.Completed) ?? Told.Max(line => line.Completed);

    public int PodsNotNamed => Told.Max(line => line.PodsNotNamed);

    public int Evicted => Told.Sum(line => line.Evicted);

    public int Heartbeats => Told.Sum(line => line.Heartbeats);

    public IReadOnlyList<string> BypassedBudgets => [.. Told.SelectMany(line => line.BypassedBudgets).Distinct()];

    /// <summary>What the drain waits for is over: the pods, or else the story itself.</summary>
    public DateTimeOffset Drained => IsBad ? End : LastPodGone ?? Cordoned ?? End;

    public TimeSpan Took => Drained - Begin;

    public TimeSpan Length => (Completed > End ? Completed.Value : End) - Begin;

    public TimeSpan? NoticeLeft => Deadline - (Completed ?? Drained);

    public bool IsBad => Last.Outcome is "DeadlineMissed" or "Failed";

    public bool IsGood => Last.Outcome is "Drained" or "Cordoned" or "Launched" or "Undone";

    /// <summary>The late ones first, then the slowest.</summary>
    public static IReadOnlyList<NodeStory> Of(IEnumerable<FinishedLine> lines, string? scenario = null) => Sorted(
        lines.GroupBy(line => (line.Account, line.Region, line.InstanceId))
            .SelectMany(instance => Split([.. instance.OrderBy(line => line.Received).ThenBy(line => line.Ended)]))
            .Select(story => new NodeStory(story, scenario)));

    public static IReadOnlyList<NodeStory> Sorted(IEnumerable<NodeStory> stories) =>
        [.. stories.OrderByDescending(story => story.IsBad).ThenByDescending(story => story.Took).ThenBy(story => story.Name, StringComparer.Ordinal)];

    // A machine has a second story where something new begins after an end: its launch in the morning, its termination at night.
    private static IEnumerable<List<FinishedLine>> Split(IReadOnlyList<FinishedLine> lines)
    {
        var story = new List<FinishedLine>();
        foreach (var line in lines)
        {
            if (story.Any(earlier => Endings.Contains(earlier.Outcome)) && story.All(earlier => earlier.Ended < line.Received)
                && line.Outcome != "AlreadyHandled" && !IsEcho(line) && story.All(earlier => earlier.InterruptionId != line.InterruptionId || line.InterruptionId.Length == 0))
            {
                yield return story;
                story = [];
            }

            story.Add(line);
        }

        yield return story;
    }

    // EC2's news that the machine which was drained is going now.
    private static bool IsEcho(FinishedLine line) => line.Kinds is ["StateChange"] && line.Pods.All(pod => pod.Asked is null);

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

        return [.. pods.OrderByDescending(pod => pod.Took).ThenBy(pod => pod.Name, StringComparer.Ordinal)];
    }
}
