using System.Text.Json;
using DrainerFunction.ApiServer;
using DrainerFunction.DirectInvocations.Check.Readiness;

namespace DrainerFunction.DirectInvocations.Check.Answers;

/// <summary>The readiness of a cluster as it is answered: the worst in full, the rest counted. Pure.</summary>
internal static class ReadinessAnswer
{
    private const int MostWorkloads = 50;
    private const int MostNodes = 20;

    public static string Ready { get; } = Word(ReadinessVerdict.Ready);

    public static string NotChecked => "notChecked";

    public static CheckAnswerCluster Of(ClusterName cluster, ClusterReadiness? readiness)
    {
        var answer = new CheckAnswerCluster { Cluster = cluster.Name, Account = cluster.Scope.Account, Region = cluster.Scope.Region, Verdict = NotChecked };
        if (readiness is null)
        {
            return answer;
        }

        var hurt = readiness.Workloads.Where(workload => workload.Findings is not []).ToList();
        return answer with
        {
            Verdict = Word(readiness.Late is [] || readiness.Verdict is not ReadinessVerdict.Ready ? readiness.Verdict : ReadinessVerdict.WouldBeCut),
            Nodes = readiness.Nodes,
            Pods = Count(readiness.Workloads),
            LateNodes = [.. readiness.Late.Take(MostNodes).Select(node => new CheckAnswerNode(node.Name, node.Pods, node.Needs?.TotalSeconds, readiness.Notice.TotalSeconds))],
            MoreLateNodes = Math.Max(0, readiness.Late.Count - MostNodes),
            Namespaces =
            [
                .. from workload in readiness.Workloads
                   group workload by workload.Workload.Namespace into its
                   let verdict = its.Max(workload => workload.Verdict)
                   orderby verdict descending, its.Key
                   select new CheckAnswerNamespace(its.Key, Word(verdict), Count(its)),
            ],
            Workloads = [.. hurt.Take(MostWorkloads).Select(Of)],
            MoreWorkloads = Math.Max(0, hurt.Count - MostWorkloads),
        };
    }

    private static CheckAnswerWorkload Of(WorkloadReadiness one) => new(
        one.Workload.Namespace,
        one.Workload.Kind,
        one.Workload.Name,
        Word(one.Verdict),
        one.Pods,
        one.Replicas,
        [.. one.Findings.Select(finding => new CheckAnswerRisk(finding.Risk.Id, Word(finding.Verdict), finding.Pods, finding.Sentence, finding.Mend))]);

    private static CheckAnswerPods Count(IEnumerable<WorkloadReadiness> workloads)
    {
        var pods = workloads.ToLookup(workload => workload.Verdict, workload => workload.Pods);
        return new(pods[ReadinessVerdict.Ready].Sum(), pods[ReadinessVerdict.WouldBeCut].Sum(), pods[ReadinessVerdict.WouldBeLost].Sum());
    }

    private static string Word(ReadinessVerdict verdict) => JsonNamingPolicy.CamelCase.ConvertName(verdict.ToString());
}
