using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Handling;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Sweeping;

/// <summary>
/// Removes a seal that confirms nothing, with the taints that name the instance, once nothing threatens its machine. A drain that is at work writes
/// both again. A cordon stays: that the function set it is not proven, so an operator is told.
/// </summary>
internal sealed class BrokenSealSweep(BrokenSeal brokenSeals, WritePorts writePorts, DrainerOptions options)
{
    public async Task RemoveAsync(TargetNode target, V1Node node, Instance? instance, GroupInstance? inGroup, bool isScheduled, SweepState sweep, CancellationToken cancellationToken)
    {
        if (instance is not { Life: InstanceLife.Running } || inGroup is { IsInService: false } || isScheduled || !node.IsReadySince(instance.LaunchedAt) || InstanceOwnership.WhyForeign(instance, options) is not null)
        {
            return;
        }

        var ports = writePorts.For(GroupSettings.Of(options, instance.Tags).Options);
        if (await brokenSeals.RemoveAsync(ports.Restrict(target), node, cancellationToken) is not { } left)
        {
            return;
        }

        const string Why = "the annotation that its seal confirmed is missing or was overwritten";
        sweep.Done.Add(new(target.InstanceId, target.Cluster.Name, target.NodeName, ports.AreReadOnly ? "dryRun" : "undone", ports.AreReadOnly ? $"seal and taints would be removed: {Why}" : $"seal and taints are removed: {Why}"));
        if (left.Spec.Unschedulable is true)
        {
            sweep.CouldNotSee($"node {target.NodeName} of cluster {target.Cluster.Name} stays cordoned: {Why}, so it is not known who cordoned it; if nothing else did, run kubectl uncordon {target.NodeName}");
        }
    }
}
