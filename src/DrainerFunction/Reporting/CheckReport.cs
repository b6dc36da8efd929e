using DrainerFunction.ApiServer;

namespace DrainerFunction.Reporting;

/// <summary>How a check ended, for its line.</summary>
internal sealed record CheckReport(string RequestId, bool IsOk, int Problems, int NotChecked, string Sentence, IReadOnlyList<CheckedCluster> Clusters);

/// <param name="Verdict">ready, wouldBeCut, wouldBeLost or notChecked.</param>
internal sealed record CheckedCluster(ClusterName Cluster, string Verdict, int Pods, int PodsNotReady);
