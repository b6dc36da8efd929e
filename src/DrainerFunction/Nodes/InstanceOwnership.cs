using DrainerFunction.Aws;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Nodes;

/// <summary>Whether an instance is the function's to drain, by its tags alone.</summary>
internal static class InstanceOwnership
{
    /// <returns>Why it is not; null where it is.</returns>
    public static string? WhyForeign(Instance instance, DrainerOptions options) => instance switch
    {
        _ when options.CheckTagBeforeDraining && !options.ManagedTag.IsOn(instance.Tags) =>
            $"it does not carry the tag {Name(options.ManagedTag)}",
        _ when ControllerOf(instance) is { } controller && !options.DrainControlledNodes.Contains(controller) =>
            $"it is managed by {NameOf(controller)}, which DRAIN_CONTROLLED_NODES does not list",
        _ => null,
    };

    private static NodeController? ControllerOf(Instance instance) => instance switch
    {
        { OperatedBy: "eks.amazonaws.com" } => NodeController.AutoMode,
        _ when instance.Tags.ContainsKey("karpenter.sh/nodepool") => NodeController.Karpenter,
        _ when instance.Tags.ContainsKey("eks:nodegroup-name") => NodeController.ManagedNodeGroup,
        _ => null,
    };

    private static string NameOf(NodeController controller) => controller switch
    {
        NodeController.AutoMode => "EKS Auto Mode",
        NodeController.Karpenter => "Karpenter",
        _ => "an EKS managed node group",
    };

    private static string Name(ManagedTag tag) => tag.Value is null ? tag.Key : $"{tag.Key}={tag.Value}";
}
