using DrainerFunction.ApiServer;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>What is to be said of one cluster. Pure.</summary>
internal static class ClusterFindings
{
    // Names in full; the rest is counted.
    private const int MostNames = 5;

    private static readonly CheckItem[] Steps = [CheckItem.ClusterDescribed, CheckItem.ClusterReachable, CheckItem.AccessEntry];

    public static IEnumerable<Finding> Of(ClusterFacts facts, DrainerOptions options)
    {
        var subject = $"cluster {facts.Cluster.Name}";
        return facts.Barrier is { } barrier ? Stopped(facts, barrier, subject) :
        [
            .. Steps.Select(step => Finding.Ok(step, subject)),
            Finding.Of(
                CheckItem.ClusterRights, subject, facts.Missing, missing => missing is [] ? null : $"The function may not do there: {string.Join(", ", missing)}.", "kubectl apply -f deploy/rbac.yaml"),
            Finding.Of(CheckItem.ClusterRead, subject, facts.Readiness, _ => null, mend: ""),
            Finding.Of(
                CheckItem.AdmissionPolicies,
                subject,
                facts.Policies,
                policies => policies.Any(name => name.StartsWith("node-drainer", StringComparison.Ordinal)) ? null : "No admission policy guards the annotation of this function there: a kubelet or an agent with rights on nodes could write one.",
                "kubectl apply -f deploy/admission.yaml (Kubernetes 1.30 or later)"),
            Finding.Of(
                CheckItem.AdmissionWebhooks,
                subject,
                facts.Webhooks,
                webhooks => Closed([.. webhooks.Where(hook => hook.FailsClosed && (hook.SeesEvictions || hook.SeesNodes))]),
                "Exempt the group node-drainer in its matchConditions, or set failurePolicy: Ignore for pods/eviction and nodes"),
            Finding.Of(
                CheckItem.TerminationHandler,
                subject,
                facts.TerminationHandlers > 0 ? $"AWS Node Termination Handler runs there ({Plural.Of(facts.TerminationHandlers, "pod")}): both act on the same interruptions, and the one that finishes first completes the lifecycle hook." : null,
                "Remove it once this function is switched on: helm uninstall aws-node-termination-handler --namespace kube-system (docs/migrating-from-nth.md)"),
            .. Membership(facts, subject, options),
        ];
    }

    private static IEnumerable<Finding> Stopped(ClusterFacts facts, ClusterBarrier barrier, string subject)
    {
        var (failed, mend) = barrier.Kind switch
        {
            ClusterBarrierKind.Unknown => (CheckItem.ClusterDescribed, "Correct CLUSTER_NAME, ACCOUNTS and REGIONS, or the tag of the instances that names the cluster"),
            ClusterBarrierKind.NotDescribed => (CheckItem.ClusterDescribed, "Allow eks:DescribeCluster for this cluster in the function's role (parameter ClusterNames)"),
            ClusterBarrierKind.NotRecognized => (CheckItem.AccessEntry,
                $"aws eks create-access-entry --region {facts.Cluster.Scope.Region} --cluster-name {facts.Cluster.Name} --principal-arn ROLE-ARN --kubernetes-groups node-drainer"),
            ClusterBarrierKind.Unreachable => (CheckItem.ClusterReachable, "Attach the function to the cluster's VPC and let it through to port 443 (parameters SubnetIds and SecurityGroupIds, docs/private-clusters.md)"),
            _ => (CheckItem.ClusterReachable, null),
        };
        return
        [
            .. Steps.TakeWhile(step => step != failed).Select(step => Finding.Ok(step, subject)),
            mend is null ? Finding.NotChecked(failed, subject, barrier.Sentence) : Finding.Problem(failed, subject, barrier.Sentence, mend),
            Finding.NotChecked(CheckItem.ClusterRead, subject, "The cluster could not be asked."),
        ];
    }

    private static string? Closed(IReadOnlyList<AdmissionWebhook> closed) => closed is [] ? null
        : $"{Plural.Of(closed.Count, "webhook")} may be asked about evictions or nodes and {(closed is [_] ? "refuses them while it gives" : "refuse them while they give")} no answer (failurePolicy Fail): {Names([.. closed.Select(hook => $"{hook.Name} ({hook.Timeout.TotalSeconds:0} s)")])}. {(closed is [_] ? "Its" : "Their")} own pods may be on the node that goes.";

    private static IEnumerable<Finding> Membership(ClusterFacts facts, string subject, DrainerOptions options)
    {
        if (options.CheckTagBeforeDraining)
        {
            yield return Finding.Of(
                CheckItem.NodesManaged,
                subject,
                facts.NodesWithoutTag is [] ? null : $"{Plural.Of(facts.NodesWithoutTag.Count, "node", "is on an instance", "are on instances")} without the tag {options.ManagedTag.Key}, which no other controller drains: {Names(facts.NodesWithoutTag)}.",
                $"aws ec2 create-tags --region {facts.Cluster.Scope.Region} --resources INSTANCE-IDS --tags Key={options.ManagedTag.Key},Value={options.ManagedTag.Value ?? "true"}; tag their groups as well");
        }

        yield return Finding.Of(
            CheckItem.InstancesJoined,
            subject,
            facts.InstancesWithoutNode is [] ? null : $"{Plural.Of(facts.InstancesWithoutNode.Count, "managed instance", "names this cluster and is", "name this cluster and are")} none of its nodes: {Names(facts.InstancesWithoutNode)}.",
            "Look at the instance's boot log: aws ec2 get-console-output --instance-id INSTANCE-ID; correct its cluster tag if it belongs elsewhere");
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");
}
