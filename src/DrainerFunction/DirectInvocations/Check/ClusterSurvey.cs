using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.DirectInvocations.Check.Readiness;
using DrainerFunction.DirectInvocations.Check.Setup;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.DirectInvocations.Check;

/// <summary>Asks one cluster what a check wants to know. Its pods come page by page and are forgotten with their page.</summary>
internal sealed class ClusterSurvey(IAwsClients aws, IApiServers apiServers, DrainerOptions options)
{
    // A machine that has just been started is not a node yet.
    private static readonly TimeSpan Boot = TimeSpan.FromMinutes(10);

    public async Task<ClusterFacts> LookAsync(ClusterName cluster, IReadOnlyDictionary<string, CheckedInstance> instances, SpotForecast notice, CancellationToken spent)
    {
        var nothing = new ClusterFacts { Cluster = cluster, Readiness = new(null, "The cluster could not be asked.") };
        try
        {
            if (await aws.In(cluster.Scope).Clusters.DescribeAsync(cluster.Name, spent) is null || await apiServers.ReadAsync(cluster, spent) is not { } reader)
            {
                return nothing with { Barrier = new(ClusterBarrierKind.Unknown, $"EKS reports no cluster {cluster.Name} in {cluster.Scope.Region} of account {cluster.Scope.Account}.") };
            }

            // The first question tells whether the cluster can be reached and knows the function.
            var needed = ClusterRights.NeededBy(options);
            var first = await reader.MayAsync(needed[0], spent);
            return await LookInsideAsync(nothing, reader, [.. first ? [] : needed.Take(1)], needed.Skip(1), instances, notice, spent);
        }
        catch (AwsCallException refused)
        {
            return nothing with { Barrier = new(refused.Refusal is AwsRefusal.Denied ? ClusterBarrierKind.NotDescribed : ClusterBarrierKind.Unanswered, RefusalHints.Sentence(refused)) };
        }
        catch (ApiServerException refused)
        {
            return nothing with { Barrier = new(KindOf(refused.Refusal), RefusalHints.Sentence(refused)) };
        }
        catch (OperationCanceledException) when (spent.IsCancellationRequested)
        {
            return nothing with { Barrier = new(ClusterBarrierKind.Unanswered, Observation.OutOfTime) };
        }
    }

    private static async Task<ClusterFacts> LookInsideAsync(
        ClusterFacts facts, IClusterReader reader, List<ClusterRight> missing, IEnumerable<ClusterRight> rights, IReadOnlyDictionary<string, CheckedInstance> instances, SpotForecast notice, CancellationToken spent)
    {
        var reviewed = await Observation.TryAsync<IReadOnlyList<ClusterRight>>(
            async () =>
            {
                var answers = await Task.WhenAll(rights.Select(async right => (Right: right, IsAllowed: await reader.MayAsync(right, spent))));
                return [.. missing, .. answers.Where(answer => !answer.IsAllowed).Select(answer => answer.Right)];
            },
            spent);
        facts = facts with
        {
            Missing = reviewed,
            Webhooks = await Observation.TryAsync(() => reader.ListAdmissionWebhooksAsync(spent), spent),
            Policies = await Observation.TryAsync(() => reader.ListAdmissionPoliciesAsync(spent), spent),
        };
        PodTally? tally = null;
        var joined = new Dictionary<string, string>(StringComparer.Ordinal);
        var readiness = await Observation.TryAsync(
            async () =>
            {
                await foreach (var node in reader.ListNodesAsync(spent))
                {
                    joined[node.Metadata.Name] = node.InstanceId ?? "";
                }

                var managed = joined.Where(node => instances.GetValueOrDefault(node.Value) is { IsManaged: true }).Select(node => node.Key).ToHashSet(StringComparer.Ordinal);
                var budgets = new List<V1PodDisruptionBudget>();
                await foreach (var budget in reader.ListDisruptionBudgetsAsync(spent))
                {
                    budgets.Add(budget);
                }

                tally = new(managed, budgets, notice);
                await foreach (var pod in reader.ListPodsAsync(spent))
                {
                    tally.Add(pod);
                }

                return ClusterReadiness.Of(tally, managed.Count, notice);
            },
            spent);
        return readiness.IsRefused ? facts with { Readiness = readiness } : Joined(facts, joined, instances, notice.Now) with { Readiness = readiness, TerminationHandlers = tally!.TerminationHandlers };
    }

    private static ClusterFacts Joined(ClusterFacts facts, Dictionary<string, string> joined, IReadOnlyDictionary<string, CheckedInstance> instances, DateTimeOffset now)
    {
        var nodes = joined.Values.ToHashSet(StringComparer.Ordinal);
        return facts with
        {
            NodesWithoutTag = [.. joined.Where(node => instances.GetValueOrDefault(node.Value) is { HasTag: false, IsControlled: false }).Select(node => node.Key).Order(StringComparer.Ordinal)],
            InstancesWithoutNode =
            [
                .. from instance in instances.Values
                   where instance.IsManaged && instance.Clusters is [var only] && only == facts.Cluster && instance.LaunchedAt < now - Boot && !nodes.Contains(instance.InstanceId)
                   orderby instance.InstanceId
                   select instance.InstanceId,
            ],
        };
    }

    private static ClusterBarrierKind KindOf(ApiServerRefusal refusal) => refusal switch
    {
        ApiServerRefusal.Unauthorized => ClusterBarrierKind.NotRecognized,
        ApiServerRefusal.Unreachable => ClusterBarrierKind.Unreachable,
        _ => ClusterBarrierKind.Unanswered,
    };
}
