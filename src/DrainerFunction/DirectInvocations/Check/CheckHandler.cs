using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.DirectInvocations.Check.Answers;
using DrainerFunction.DirectInvocations.Check.Readiness;
using DrainerFunction.DirectInvocations.Check.Setup;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.DirectInvocations.Check;

/// <summary>Whether the set-up is right, and which workloads a two-minute notice would hurt now. It asks, and writes nothing.</summary>
internal sealed class CheckHandler(DeliverySurvey delivery, RegionSurvey regions, ClusterSurvey clusters, Reporter reporter, DrainerOptions options, TimeProvider time)
{
    private const int ClustersAtOnce = 4;

    public async Task<CheckAnswer> HandleAsync(InvocationRequest.Check asked, AwsScope own, string functionName, ExecutionBudget budget, string requestId, CancellationToken cancellationToken)
    {
        using var spent = budget.Start();
        using var working = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, cancellationToken);
        var answer = new CheckAnswerBuilder(time.GetUtcNow(), hasManyScopes: AwsScope.AllOf(options, own).Skip(1).Any());
        answer.Add(own, FunctionFindings.Of(options));
        answer.Add(own, DeliveryFindings.Of(await delivery.LookAsync(own, functionName, working.Token), options));
        var seen = new List<RegionFacts>();
        foreach (var scope in AwsScope.AllOf(options, own))
        {
            seen.Add(await LookAsync(scope, answer, working.Token));
        }

        var chosen = ClusterSelection.Of(asked.Cluster, seen, options);
        answer.Add(own, [chosen.Finding]);
        var notice = new SpotForecast(options, answer.At);
        var atOnce = new ConcurrencyLimit(ClustersAtOnce);
        await Task.WhenAll(chosen.Clusters.Select(async cluster =>
        {
            var facts = await atOnce.RunAsync(() => clusters.LookAsync(cluster, InstancesOf(seen, cluster.Scope), notice, working.Token), CancellationToken.None);
            answer.Add(cluster, facts, options);
        }));
        cancellationToken.ThrowIfCancellationRequested();
        var end = answer.Build();
        reporter.CheckFinished(ReportOf(end, requestId));
        return end;
    }

    private async Task<RegionFacts> LookAsync(AwsScope scope, CheckAnswerBuilder answer, CancellationToken spent)
    {
        var facts = await regions.LookAsync(scope, spent);
        var subject = $"region {scope.Region}";
        answer.Add(scope,
        [
            facts.WhyNot is null ? Finding.Ok(CheckItem.AwsCalls, subject)
            : facts.IsDenied ? Finding.Problem(CheckItem.AwsCalls, subject, facts.WhyNot, "Allow the call in the function's role, as template.yaml does (docs/security.md)")
            : Finding.NotChecked(CheckItem.AwsCalls, subject, facts.WhyNot),
        ]);
        foreach (var group in facts.Groups)
        {
            answer.Add(scope, GroupFindings.Of(group, options));
        }

        return facts;
    }

    private static IReadOnlyDictionary<string, CheckedInstance> InstancesOf(List<RegionFacts> seen, AwsScope scope) => seen.Single(facts => facts.Scope == scope).Instances;

    private static CheckReport ReportOf(CheckAnswer answer, string requestId) => new(
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
