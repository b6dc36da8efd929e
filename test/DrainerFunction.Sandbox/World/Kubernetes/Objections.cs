using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// What the world objects to when a member of the judged group does it. The same acts of anybody else are that
/// person's own business.
/// </summary>
internal sealed class Objections
{
    public const string EvictedFromOpenNode = "A pod was evicted from a node that still takes pods";
    public const string DeletedFromOpenNode = "A pod was deleted from a node that still takes pods";
    public const string BudgetBypassed = "A disruption budget was bypassed before the last resort of what ends the machine";
    public const string OptOutDisregarded = "A pod that opts out was evicted before its turn";
    public const string MirrorTouched = "A mirror pod was evicted or deleted";

    private readonly Cluster _cluster;
    private readonly HashSet<string> _refusedCordons = new(StringComparer.Ordinal);

    public Objections(Cluster cluster)
    {
        _cluster = cluster;
        cluster.Evictions.Granted += PodWasEvicted;
    }

    /// <summary>The cluster itself does not let the node be cordoned: before a machine goes, its pods are evicted all the same.</summary>
    public void CordonWasRefused(string node) => _refusedCordons.Add(node);

    /// <param name="pod">As it was before.</param>
    public void PodWasDeleted(JsonObject pod, ApiUser user)
    {
        if (!user.IsIn(_cluster.Settings.JudgedGroup))
        {
            return;
        }

        _cluster.World.Tape.Record("kubernetes", "deleted", pod.FullName(), $"{pod.FullName()} on {NodeOf(pod)} is deleted by {user.Name}");
        JudgeNode(DeletedFromOpenNode, pod, user);
        if (_cluster.Evictions.WouldBeGranted(pod))
        {
            return;
        }

        foreach (var budget in _cluster.Evictions.BudgetsOf(pod))
        {
            _cluster.World.Tape.Record("kubernetes", "bypassed", budget.FullName(), $"disruption budget {budget.FullName()} held {pod.FullName()}");
        }

        if (!(NodeOf(pod) is { } node && _cluster.IsLastResort(node, GraceOf(pod))))
        {
            Break(BudgetBypassed, pod, user);
        }
    }

    private void PodWasEvicted(JsonObject pod, ApiUser user)
    {
        _cluster.World.Tape.Record("kubernetes", "evicted", pod.FullName(), $"{pod.FullName()} on {NodeOf(pod)} is evicted by {user.Name}");
        if (user.IsIn(_cluster.Settings.JudgedGroup))
        {
            JudgeNode(EvictedFromOpenNode, pod, user);
            if (OptsOut(pod) && NodeOf(pod) is { } node && !_cluster.MayDisturb(node, GraceOf(pod)))
            {
                Break(OptOutDisregarded, pod, user);
            }
        }
    }

    private void JudgeNode(string rule, JsonObject pod, ApiUser user)
    {
        if (NodeOf(pod) is { } name && _cluster.Node(name) is { } node && !node.IsTrue("spec", "unschedulable") && !(_refusedCordons.Contains(name) && _cluster.MachineGoes(name)))
        {
            Break(rule, pod, user);
        }

        if (pod.Annotation("kubernetes.io/config.mirror") is not null)
        {
            Break(MirrorTouched, pod, user);
        }
    }

    private void Break(string rule, JsonObject pod, ApiUser user) =>
        _cluster.World.Invariants.Break(rule, $"{user.Name}: {pod.FullName()} on {NodeOf(pod)} in {_cluster.Settings.Name}");

    private static bool OptsOut(JsonObject pod) =>
        pod.Annotation("karpenter.sh/do-not-disrupt") == "true" || pod.Annotation("cluster-autoscaler.kubernetes.io/safe-to-evict") == "false";

    private static TimeSpan GraceOf(JsonObject pod) => TimeSpan.FromSeconds(pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);

    private static string? NodeOf(JsonObject pod) => pod.Text("spec", "nodeName") is { Length: > 0 } node ? node : null;
}
