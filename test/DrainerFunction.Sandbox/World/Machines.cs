namespace DrainerFunction.Sandbox.World;

/// <summary>
/// The machines as both sides see them: EC2 switches them on and off, the kubelet of a cluster lives and dies with them.
/// The one thing that the AWS half and the Kubernetes half of the world share.
/// </summary>
internal sealed class Machines
{
    /// <summary>Raised under the world's gate.</summary>
    public event Action<MachineChange>? Changed;

    public void Announce(MachineChange change) => Changed?.Invoke(change);
}

internal sealed record MachineChange(Machine Machine, MachinePower Power);

/// <param name="ClusterName">The cluster whose node it becomes when it boots; null joins none.</param>
/// <param name="NodeName">The name it will register under; by default the private DNS name.</param>
internal sealed record Machine(
    string InstanceId,
    string PrivateDnsName,
    string AvailabilityZone,
    string? ClusterName,
    string NodeName);

internal enum MachinePower
{
    /// <summary>It boots: the kubelet registers the node, or takes it up again with a new boot id.</summary>
    Booted,

    /// <summary>The operating system shuts down: nothing new starts, pods get the little time that is left.</summary>
    ShuttingDown,

    /// <summary>Power is off: whatever still ran there died without its grace. The node object stays until it is removed.</summary>
    Off,

    /// <summary>The instance is terminated for good; the cloud node controller removes the node object.</summary>
    Gone,
}
