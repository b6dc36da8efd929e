using System.Globalization;
using System.Text;

namespace DrainerFunction.DirectInvocations.Check.Answers;

/// <summary>The answer to be read in a terminal: <c>"format":"text"</c>. Pure.</summary>
internal static class CheckText
{
    private static readonly Dictionary<string, string> Words = new()
    {
        ["ready"] = "ready", ["wouldBeCut"] = "would be cut", ["wouldBeLost"] = "would be lost", ["notChecked"] = "not checked", ["problem"] = "problem", ["ok"] = "ok",
    };

    public static string Of(CheckAnswer answer)
    {
        var text = new StringBuilder();
        Line(text, $"Check of {answer.CheckedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {(answer.Ok ? "ok" : "NOT OK")}");
        foreach (var sentence in answer.Summary)
        {
            Line(text, sentence);
        }

        foreach (var subject in answer.Setup.Where(subject => subject.Findings is not []))
        {
            Line(text, $"\n{subject.Subject}");
            foreach (var finding in subject.Findings)
            {
                Line(text, $"  {(finding.State == "notChecked" ? "?" : finding.Severity == "error" ? "x" : "!")} {finding.Id}: {finding.Sentence}");
                Mend(text, finding.Mend);
            }
        }

        foreach (var cluster in answer.Clusters.Where(cluster => cluster.Workloads is not [] || cluster.LateNodes is not []))
        {
            Readiness(text, cluster);
        }

        return text.ToString();
    }

    private static void Readiness(StringBuilder text, CheckAnswerCluster cluster)
    {
        Line(text, $"\nreadiness of cluster {cluster.Cluster}: {Words[cluster.Verdict]}");
        foreach (var node in cluster.LateNodes)
        {
            Line(text, node.NeedsSeconds is { } needs
                ? $"  x node {node.Node}: {node.Pods} pods need {needs:0} s of {node.HasSeconds:0} s"
                : $"  x node {node.Node}: {node.Pods} pods, and no time by which all are gone: a budget allows nothing");
        }

        More(text, cluster.MoreLateNodes, "node");
        foreach (var workload in cluster.Workloads)
        {
            Line(text, $"  {(workload.Verdict == "ready" ? "!" : "x")} {workload.Kind} {workload.Namespace}/{workload.Name} ({workload.Pods} of {workload.Replicas} here): {Words[workload.Verdict]}");
            foreach (var finding in workload.Findings)
            {
                Line(text, $"      {finding.Id}: {finding.Sentence}");
                Mend(text, finding.Mend, "      ");
            }
        }

        More(text, cluster.MoreWorkloads, "workload");
    }

    private static void More(StringBuilder text, int count, string noun)
    {
        if (count > 0)
        {
            Line(text, $"  and {count} more {noun}{(count == 1 ? "" : "s")}");
        }
    }

    private static void Mend(StringBuilder text, string? mend, string indent = "  ")
    {
        if (mend is not null)
        {
            Line(text, $"{indent}  → {mend}");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
