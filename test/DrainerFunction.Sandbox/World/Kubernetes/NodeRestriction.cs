using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The admission plugin that keeps a kubelet to its own node, away from taints once the node is registered, and from labels of
/// <c>node-restriction.kubernetes.io/</c>. Annotations it lets pass, as the real one does.
/// </summary>
internal static class NodeRestriction
{
    private const string Labels = "node-restriction.kubernetes.io/";

    public static void Demand(ApiUser user, JsonObject? old, JsonObject node)
    {
        if (!user.IsIn("system:nodes"))
        {
            return;
        }

        var own = user.Name["system:node:".Length..];
        if (node.Name() != own)
        {
            throw Refusal(node, $"node \"{own}\" is not allowed to modify node \"{node.Name()}\"");
        }

        if (Restricted(old) is var before && Restricted(node) is var after && !before.SequenceEqual(after))
        {
            throw Refusal(node, $"node \"{own}\" is not allowed to {(old is null ? "set" : "modify")} labels of {Labels}");
        }

        if (old is not null && !JsonNode.DeepEquals(old.At("spec", "taints"), node.At("spec", "taints")))
        {
            throw Refusal(node, $"node \"{own}\" is not allowed to modify taints");
        }
    }

    private static string[] Restricted(JsonObject? node) =>
        [.. from label in node?.At("metadata", "labels") as JsonObject ?? []
            where label.Key.StartsWith(Labels, StringComparison.Ordinal)
            orderby label.Key
            select $"{label.Key}={label.Value}"];

    private static ApiRefusal Refusal(JsonObject node, string why) => ApiRefusal.Forbidden(ResourceKinds.Nodes, node.Name(), why);
}
