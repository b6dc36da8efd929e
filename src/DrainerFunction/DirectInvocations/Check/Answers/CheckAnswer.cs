namespace DrainerFunction.DirectInvocations.Check.Answers;

/// <summary>The answer to <c>{"check":{}}</c>: first in sentences, then in fields. docs/check.md describes each.</summary>
internal sealed record CheckAnswer
{
    /// <summary>False while something that must be right is not or was not looked at, or a workload is not ready.</summary>
    public required bool Ok { get; init; }

    public required IReadOnlyList<string> Summary { get; init; }

    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Of the set-up.</summary>
    public required int Problems { get; init; }

    public required int NotChecked { get; init; }

    public required IReadOnlyList<CheckAnswerSubject> Setup { get; init; }

    public required IReadOnlyList<CheckAnswerCluster> Clusters { get; init; }
}

/// <param name="State">ok, problem or notChecked: the worst of its findings.</param>
/// <param name="Passed">What is right, by its id.</param>
/// <param name="Findings">What is not, or was not looked at.</param>
internal sealed record CheckAnswerSubject(string Subject, string State, IReadOnlyList<string> Passed, IReadOnlyList<CheckAnswerFinding> Findings);

/// <param name="Severity">error or warning.</param>
/// <param name="State">problem or notChecked.</param>
/// <param name="Mend">What to do; null where nothing is known to be wrong.</param>
internal sealed record CheckAnswerFinding(string Id, string Severity, string State, string Sentence, string? Mend);

internal sealed record CheckAnswerCluster
{
    public required string Cluster { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    /// <summary>ready, wouldBeCut, wouldBeLost or notChecked.</summary>
    public required string Verdict { get; init; }

    /// <summary>Managed nodes.</summary>
    public int Nodes { get; init; }

    /// <summary>Pods on managed nodes that a drain would move.</summary>
    public CheckAnswerPods Pods { get; init; } = new(0, 0, 0);

    public IReadOnlyList<CheckAnswerNode> LateNodes { get; init; } = [];

    /// <summary>Late nodes that are not listed.</summary>
    public int MoreLateNodes { get; init; }

    public IReadOnlyList<CheckAnswerNamespace> Namespaces { get; init; } = [];

    public IReadOnlyList<CheckAnswerWorkload> Workloads { get; init; } = [];

    /// <summary>Workloads with findings that are not listed.</summary>
    public int MoreWorkloads { get; init; }
}

internal sealed record CheckAnswerPods(int Ready, int WouldBeCut, int WouldBeLost);

/// <param name="NeedsSeconds">With whole grace periods and budgets; null where a budget allows nothing.</param>
/// <param name="HasSeconds">What the notice leaves.</param>
internal sealed record CheckAnswerNode(string Node, int Pods, double? NeedsSeconds, double HasSeconds);

internal sealed record CheckAnswerNamespace(string Namespace, string Verdict, CheckAnswerPods Pods);

internal sealed record CheckAnswerWorkload(string Namespace, string Kind, string Name, string Verdict, int Pods, int Replicas, IReadOnlyList<CheckAnswerRisk> Findings);

/// <param name="Verdict">What this finding makes of the pods by itself.</param>
internal sealed record CheckAnswerRisk(string Id, string Verdict, int Pods, string Sentence, string Mend);
