namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>One simulated EKS cluster: the API server, and the controllers and kubelets behind it.</summary>
internal sealed class Cluster
{
    public Cluster(SimulatedWorld world, ClusterSettings settings)
    {
        (World, Settings) = (world, settings);
        Faults = new(world);
        Api = new(this);
    }

    public SimulatedWorld World { get; }

    public ClusterSettings Settings { get; }

    public ApiServer Api { get; }

    public ClusterFaults Faults { get; }

    /// <summary>Whether a machine of that node is known to die at a fixed time; the world asks before it objects to a bypassed budget.</summary>
    public Func<string, bool> HardDeadlineKnown { get; set; } = _ => false;
}
