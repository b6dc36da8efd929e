using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.DirectInvocations.Check.Answers;

/// <summary>The answer in a few sentences, one a cluster. Pure.</summary>
internal static class CheckSummary
{
    public static IReadOnlyList<string> Of(CheckAnswer answer) =>
    [
        answer.Ok && answer is { Problems: 0, NotChecked: 0 }
            ? "The set-up is right and every workload is ready for a two-minute notice."
            : $"Set-up: {Plural.Of(answer.Problems, "problem")}, {Plural.Of(answer.NotChecked, "point")} not checked{(answer.Ok ? "; nothing that stops a drain" : "")}.",
        .. answer.Clusters.Select(cluster => Of(cluster, answer.Setup.Where(subject => subject.Subject == $"cluster {cluster.Cluster}" || subject.Subject.StartsWith($"cluster {cluster.Cluster} in {cluster.Region} of {cluster.Account}", StringComparison.Ordinal)).ToList())),
    ];

    private static string Of(CheckAnswerCluster cluster, IReadOnlyList<CheckAnswerSubject> setup)
    {
        var (ready, cut, lost) = (cluster.Pods.Ready, cluster.Pods.WouldBeCut, cluster.Pods.WouldBeLost);
        var isRight = setup.All(subject => subject.Findings is []);
        return cluster switch
        {
            { Verdict: "notChecked" } => $"Cluster {cluster.Cluster} was not checked: {setup.SelectMany(subject => subject.Findings).Select(finding => finding.Sentence).FirstOrDefault("no answer")}",
            { Verdict: "ready" } when isRight => $"Cluster {cluster.Cluster} is right: nothing to mend in its set-up, and {All(ready, cluster.Nodes)}.",
            { Verdict: "ready" } => $"Cluster {cluster.Cluster}: {All(ready, cluster.Nodes)}; its set-up has {Plural.Of(setup.Sum(subject => subject.Findings.Count), "finding")} below.",
            _ => $"Cluster {cluster.Cluster}: of {Plural.Of(ready + cut + lost, "pod")} on {Plural.Of(cluster.Nodes, "managed node")}, {ready} ready, {cut} would be cut, {lost} would be lost by a two-minute notice now{(cluster.LateNodes is [] ? "" : $"; {Plural.Of(cluster.LateNodes.Count + cluster.MoreLateNodes, "node")} would not be empty in time")}.",
        };
    }

    private static string All(int pods, int nodes) => pods switch
    {
        0 => $"no pod on {Plural.Of(nodes, "managed node")} needs to be moved",
        1 => $"the one pod on {Plural.Of(nodes, "managed node")} is ready for a two-minute notice",
        _ => $"all {pods} pods on {Plural.Of(nodes, "managed node")} are ready for a two-minute notice",
    };
}
