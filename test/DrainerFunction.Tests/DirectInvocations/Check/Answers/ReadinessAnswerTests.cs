using DrainerFunction.ApiServer;
using DrainerFunction.DirectInvocations.Check.Readiness;

namespace DrainerFunction.DirectInvocations.Check.Answers;

public sealed class ReadinessAnswerTests
{
    private static readonly ClusterName Shop = new(new("123456789012", "eu-west-1"), "shop");

    [Fact]
    public void The_worst_workloads_are_told_in_full_and_the_rest_is_counted()
    {
        var answer = ReadinessAnswer.Of(Shop, Ready([.. Enumerable.Range(0, 10).Select(n => One($"lost-{n}", ReadinessVerdict.WouldBeLost)), .. Enumerable.Range(0, 55).Select(n => One($"cut-{n}", ReadinessVerdict.WouldBeCut)), One("fine", ReadinessVerdict.Ready, hurts: false)]));

        Assert.Equal(("wouldBeLost", 50, 15), (answer.Verdict, answer.Workloads.Count, answer.MoreWorkloads));
        Assert.All(answer.Workloads.Take(10), workload => Assert.Equal("wouldBeLost", workload.Verdict));
        Assert.Equal(new(2, 110, 20), answer.Pods);
        var space = Assert.Single(answer.Namespaces);
        Assert.Equal(("team", "wouldBeLost", answer.Pods), (space.Namespace, space.Verdict, space.Pods));
    }

    [Fact]
    public void A_late_node_alone_makes_a_cluster_not_ready_and_only_so_many_are_named()
    {
        var late = Enumerable.Range(0, 25).Select(n => new LateNode($"n-{n}", 3, TimeSpan.FromSeconds(500 - n))).ToList();

        var answer = ReadinessAnswer.Of(Shop, new(30, TimeSpan.FromSeconds(120), late, [One("fine", ReadinessVerdict.Ready, hurts: false)]));

        Assert.Equal(("wouldBeCut", 20, 5), (answer.Verdict, answer.LateNodes.Count, answer.MoreLateNodes));
        Assert.Equal(("n-0", 500.0, 120.0), (answer.LateNodes[0].Node, answer.LateNodes[0].NeedsSeconds!.Value, answer.LateNodes[0].HasSeconds));
    }

    [Fact]
    public void A_cluster_that_was_not_read_has_no_verdict() => Assert.Equal(ReadinessAnswer.NotChecked, ReadinessAnswer.Of(Shop, null).Verdict);

    private static ClusterReadiness Ready(IReadOnlyList<WorkloadReadiness> workloads) => new(3, TimeSpan.FromSeconds(120), [], workloads);

    private static WorkloadReadiness One(string name, ReadinessVerdict verdict, bool hurts = true) =>
        new(new("team", "Deployment", name), 2, 2, verdict, hurts ? [new(WorkloadRisk.StandalonePod, 2, verdict, "It is hurt.", "Mend it")] : []);
}
