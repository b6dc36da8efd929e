using System.Text.Json;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.DirectInvocations.Check.Setup;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Answers;

/// <summary>Gathers findings into the answer; what is not told in full is counted at once, so that nothing of a cluster stays in memory.</summary>
internal sealed class CheckAnswerBuilder(DateTimeOffset at, bool hasManyScopes)
{
    private readonly List<Finding> _findings = [];
    private readonly List<CheckAnswerCluster> _clusters = [];

    public DateTimeOffset At => at;

    public void Add(AwsScope scope, IEnumerable<Finding> findings) =>
        _findings.AddRange(findings.Select(finding => hasManyScopes ? finding with { Subject = $"{finding.Subject} in {scope.Region} of {scope.Account}" } : finding));

    public void Add(ClusterName cluster, ClusterFacts facts, DrainerOptions options)
    {
        Add(cluster.Scope, ClusterFindings.Of(facts, options));
        _clusters.Add(ReadinessAnswer.Of(cluster, facts.Readiness.Seen));
    }

    public CheckAnswer Build()
    {
        var answer = new CheckAnswer
        {
            Ok = !_findings.Any(finding => finding.IsInTheWay) && _clusters.All(cluster => cluster.Verdict == ReadinessAnswer.Ready),
            Summary = [],
            CheckedAt = at,
            Problems = _findings.Count(finding => finding.State is FindingState.Problem),
            NotChecked = _findings.Count(finding => finding.State is FindingState.NotChecked),
            Setup = [.. _findings.GroupBy(finding => finding.Subject).Select(findings => Subject(findings.Key, [.. findings])).OrderBy(subject => subject.State switch { "problem" => 0, "notChecked" => 1, _ => 2 })],
            Clusters = [.. _clusters.OrderBy(cluster => cluster.Cluster, StringComparer.Ordinal)],
        };
        return answer with { Summary = CheckSummary.Of(answer) };
    }

    private static CheckAnswerSubject Subject(string subject, IReadOnlyList<Finding> findings) => new(
        subject,
        Word(findings.Max(finding => finding.State)),
        [.. findings.Where(finding => finding.State is FindingState.Ok).Select(finding => finding.Item.Id)],
        [.. from finding in findings
            where finding.State is not FindingState.Ok
            orderby finding.State descending, finding.Item.Severity
            select new CheckAnswerFinding(finding.Item.Id, Word(finding.Item.Severity), Word(finding.State), finding.Sentence, finding.Mend)]);

    private static string Word<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}
