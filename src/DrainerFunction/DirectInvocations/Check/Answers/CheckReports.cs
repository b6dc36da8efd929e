using DrainerFunction.ApiServer;
using DrainerFunction.Reporting;

namespace DrainerFunction.DirectInvocations.Check.Answers;

internal static class CheckReports
{
    public static CheckReport Of(CheckAnswer answer, string requestId) => new(
        requestId,
        answer.Ok,
        answer.Problems,
        answer.NotChecked,
        answer.Summary[0],
        [
            .. answer.Clusters.Select(cluster => new CheckedCluster(
                new ClusterName(new(cluster.Account, cluster.Region), cluster.Cluster),
                cluster.Verdict,
                cluster.Pods.Ready + cluster.Pods.WouldBeCut + cluster.Pods.WouldBeLost,
                cluster.Pods.WouldBeCut + cluster.Pods.WouldBeLost)),
        ]);
}
