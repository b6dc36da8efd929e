using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// deploy/admission.yaml by hand: each validation of its two policies beside the CEL text that it stands for. The texts are compared with the
/// file by a test; CEL itself is not evaluated here. A policy that is not in the cluster, or that no binding with Deny names, refuses nothing.
/// </summary>
internal sealed class NodePolicies(Cluster cluster)
{
    public const string AnnotationPolicy = "node-drainer-annotation";
    public const string ScopePolicy = "node-drainer-scope";
    public const string Function = "node-drainer";

    private const string Annotation = "node-drainer/interruption";
    private const string Seal = "node-drainer/seal";

    /// <summary>Taints that the function may change.</summary>
    public static readonly string[] Taints =
    [
        Seal, "node.kubernetes.io/out-of-service",
        "aws-node-termination-handler/spot-itn", "aws-node-termination-handler/asg-lifecycle-termination", "aws-node-termination-handler/rebalance-recommendation",
        "aws-node-termination-handler/scheduled-maintenance", "aws-node-termination-handler/capacity-reclaim", "aws-node-termination-handler/state-change",
        "aws-node-termination-handler/drain-request",
    ];

    public static readonly string[] Annotations = [Annotation];

    public static readonly string[] Labels = ["node.kubernetes.io/exclude-from-external-load-balancers"];

    private static readonly string[] Spec = ["providerID", "podCIDR", "podCIDRs", "configSource", "externalID"];

    public static readonly NodeRule[] Rules =
    [
        new(
            AnnotationPolicy,
            "variables.annotation == variables.annotationBefore || variables.isFunction || (variables.annotation == '' && variables.mayRemove)",
            "only the group node-drainer writes the annotation node-drainer/interruption",
            write => Text(write.New) == Text(write.Old) || write.IsFunction || (Text(write.New).Length == 0 && write.MayRemove)),
        new(
            AnnotationPolicy,
            "variables.seal == variables.sealBefore || variables.isFunction || (size(variables.seal) == 0 && variables.mayRemove)",
            "only the group node-drainer writes the taint node-drainer/seal",
            write => Seals(write.New).SequenceEqual(Seals(write.Old)) || write.IsFunction || (Seals(write.New) is [] && write.MayRemove)),
        new(
            ScopePolicy,
            "oldObject != null",
            "the group node-drainer creates no nodes",
            write => write.Old is not null),
        new(
            ScopePolicy,
            "variables.newAnnotations.all(key, key in variables.annotations || (key in variables.oldAnnotations && variables.oldAnnotations[key] == variables.newAnnotations[key])) && variables.oldAnnotations.all(key, key in variables.annotations || key in variables.newAnnotations)",
            "the group node-drainer changes no annotation but its own",
            write => ChangesOnly(write, "annotations", Annotations)),
        new(
            ScopePolicy,
            "variables.newLabels.all(key, key in variables.labels || (key in variables.oldLabels && variables.oldLabels[key] == variables.newLabels[key])) && variables.oldLabels.all(key, key in variables.labels || key in variables.newLabels)",
            "the group node-drainer changes no label but its own",
            write => ChangesOnly(write, "labels", Labels)),
        new(
            ScopePolicy,
            "oldObject == null || object.spec.?taints.orValue([]).filter(taint, !(taint.key in variables.taints)) == oldObject.spec.?taints.orValue([]).filter(taint, !(taint.key in variables.taints))",
            "the group node-drainer changes no taint but its own",
            write => write.Old is null || OtherTaints(write.New).SequenceEqual(OtherTaints(write.Old))),
        new(
            ScopePolicy,
            "oldObject == null || (object.spec.?providerID == oldObject.spec.?providerID && object.spec.?podCIDR == oldObject.spec.?podCIDR && object.spec.?podCIDRs == oldObject.spec.?podCIDRs && object.spec.?configSource == oldObject.spec.?configSource && object.spec.?externalID == oldObject.spec.?externalID)",
            "the group node-drainer changes nothing of a node's spec but unschedulable and its own taints",
            write => write.Old is null || Spec.All(member => Same(write, "spec", member))),
        new(
            ScopePolicy,
            "oldObject == null || (object.metadata.?finalizers == oldObject.metadata.?finalizers && object.metadata.?ownerReferences == oldObject.metadata.?ownerReferences)",
            "the group node-drainer changes neither finalizers nor owners of a node",
            write => write.Old is null || (Same(write, "metadata", "finalizers") && Same(write, "metadata", "ownerReferences"))),
        new(
            ScopePolicy,
            "oldObject == null || object.?status == oldObject.?status",
            "the group node-drainer writes no status",
            write => write.Old is null || Same(write, "status")),
    ];

    public void Demand(ApiUser user, JsonObject? old, JsonObject node)
    {
        var write = new NodeWrite(
            old, node, user.IsIn(Function), cluster.Authorizer.Allows(user, "delete", "", "nodes", null, node.Name()), Parameter("annotations"), Parameter("labels"));
        foreach (var rule in Rules.Where(rule => rule.Policy == AnnotationPolicy || write.IsFunction))
        {
            if (BindingOf(rule.Policy) is { } binding && !rule.Holds(write))
            {
                throw ApiRefusal.Forbidden(ResourceKinds.Nodes, node.Name(), $"ValidatingAdmissionPolicy '{rule.Policy}' with binding '{binding}' denied request: {rule.Message}");
            }
        }
    }

    private string? BindingOf(string policy) =>
        cluster.Store.Get(ResourceKinds.AdmissionPolicies, null, policy) is null ? null
        : (from binding in cluster.Store.List(ResourceKinds.AdmissionBindings)
           where binding.Text("spec", "policyName") == policy && binding.Texts("spec", "validationActions").Contains("Deny")
               && (binding.Text("spec", "paramRef", "name") is not { } name || cluster.Store.Get(ResourceKinds.ConfigMaps, binding.Text("spec", "paramRef", "namespace"), name) is not null)
           select binding.Name()).FirstOrDefault();

    private string[] Parameter(string key) =>
        cluster.Store.Get(ResourceKinds.ConfigMaps, "kube-system", "node-drainer-admission").Text("data", key)?.Split(',') ?? [];

    private static string Text(JsonObject? node) => node?.Annotation(Annotation) ?? "";

    private static string[] Seals(JsonObject? node) =>
        node is null ? [] : [.. Tolerations.Taints(node).Where(taint => taint.Text("key") == Seal).Select(taint => $"{taint.Text("effect")}{taint.Text("value")}")];

    private static IEnumerable<string> OtherTaints(JsonObject node) =>
        Tolerations.Taints(node).Where(taint => !Taints.Contains(taint.Text("key"))).Select(taint => taint.ToJsonString());

    private static bool Same(NodeWrite write, params string[] path) => JsonNode.DeepEquals(write.Old!.At(path), write.New.At(path));

    private static bool ChangesOnly(NodeWrite write, string map, string[] own)
    {
        var (before, after) = (write.Old?.At("metadata", map) as JsonObject ?? [], write.New.At("metadata", map) as JsonObject ?? []);
        var allowed = own.Concat(map == "labels" ? write.MoreLabels : write.MoreAnnotations).ToArray();
        return before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key))
            .All(key => allowed.Contains(key) || (before.ContainsKey(key) && after.ContainsKey(key) && before[key].Text() == after[key].Text()));
    }
}

/// <param name="Cel">The expression in deploy/admission.yaml that it stands for.</param>
internal sealed record NodeRule(string Policy, string Cel, string Message, Func<NodeWrite, bool> Holds);

/// <param name="MayRemove">Who may delete nodes counts as an administrator.</param>
internal sealed record NodeWrite(JsonObject? Old, JsonObject New, bool IsFunction, bool MayRemove, string[] MoreAnnotations, string[] MoreLabels);
