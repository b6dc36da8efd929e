using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>The instances of a scenario, by the names that it gives them.</summary>
internal sealed class ScenarioInstances(Scenario scenario, SimulatedWorld world)
{
    private const string ManagedTag = "aws-node-termination-handler/managed";

    private static readonly TimeSpan NodeBoot = new ClusterSettings { Name = "any" }.NodeBoot;

    private readonly Dictionary<string, Instance> _instances = [];
    private readonly Dictionary<string, AwsRegion> _regions = [];
    private readonly HashSet<string> _late = [];

    public IEnumerable<string> Names => _instances.Keys;

    /// <summary>As it is now; as it was last where EC2 no longer knows it.</summary>
    public Instance Find(string name) => RegionOf(_instances[name]).Ec2.Find(_instances[name].InstanceId) ?? _instances[name];

    public AwsRegion RegionOf(Instance instance) => _regions[instance.InstanceId];

    /// <summary>Those that are nodes of the cluster from the beginning.</summary>
    public IEnumerable<Instance> Joined(string cluster) => _instances.Values.Where(instance => instance.ClusterName == cluster && !_late.Contains(instance.InstanceId));

    /// <summary>Before the clusters are there: what runs already needs no boot.</summary>
    public void Launch()
    {
        foreach (var group in scenario.Groups)
        {
            var region = RegionOf(group.Cluster);
            region.AutoScaling.CreateAutoScalingGroup(new(group.Name)
            {
                DesiredCapacity = group.Instances.Count,
                MaxSize = Math.Max(10, group.Instances.Count * 2),
                CapacityRebalance = group.CapacityRebalance,
                FirstInstanceIds = group.Ids,
                Hooks = [.. group.Hooks.Select(hook => new LifecycleHook(hook.Name, hook.On == "launch" ? LifecycleHook.Launching : LifecycleHook.Terminating)
                {
                    HeartbeatTimeout = hook.Heartbeat,
                    DefaultResult = hook.Default,
                })],
                Tags = Tags(group.Managed && group.TaggedBy != "template", group.Cluster ?? FirstCluster, group.Tags),
                TagsThatStay = group.TaggedBy == "group-alone" ? new HashSet<string> { ManagedTag } : [],
                Template = new() { Tags = group.Managed && group.TaggedBy == "template" ? new Dictionary<string, string> { [ManagedTag] = "" } : [], IsSpot = group.Spot, Lifecycle = Lifecycle(group.Interruptible, group.CapacityBlock), CapacityReservationId = Reservation(group.Interruptible, group.CapacityBlock), ShutdownTime = group.GoesIn, ClusterName = group.Joined ? group.Cluster ?? FirstCluster : null, AlreadyRunning = true, JoinsIn = group.JoinsIn - NodeBoot },
                WarmPool = group.WarmPool ? new(MaxGroupPreparedCapacity: group.Instances.Count, ReuseOnScaleIn: true) : null,
            });
            foreach (var (name, member) in group.Instances.Zip(region.AutoScaling.Instances(group.Name)))
            {
                Remember(name, region, region.Ec2.Find(member.InstanceId)!, group.JoinsIn is not null);
            }
        }

        foreach (var part in scenario.Instances)
        {
            var region = part.Account is null && part.Region is null ? RegionOf(part.Cluster) : world.Aws.Region(part.Account ?? world.Aws.Default.Account, part.Region ?? world.Aws.Default.Name);
            Remember(part.Name, region, region.Ec2.Launch(new()
            {
                InstanceId = part.Id,
                IsSpot = part.Spot,
                Lifecycle = Lifecycle(part.Interruptible, part.CapacityBlock),
                CapacityReservationId = Reservation(part.Interruptible, part.CapacityBlock),
                ShutdownTime = part.GoesIn,
                ClusterName = part.Cluster ?? FirstCluster,
                NodeName = part.Node,
                Tags = Tags(part.Managed, part.Cluster ?? FirstCluster, part.Tags),
                AlreadyRunning = true,
                JoinsIn = part.JoinsIn - NodeBoot,
            }), part.JoinsIn is not null);
        }
    }

    private static string? Lifecycle(bool isInterruptible, string? block) => isInterruptible ? "interruptible-capacity-reservation" : block is null ? null : "capacity-block";

    private static string? Reservation(bool isInterruptible, string? block) => isInterruptible ? "cr-0interruptible00001" : block;

    private void Remember(string name, AwsRegion region, Instance instance, bool isLate)
    {
        _ = isLate && _late.Add(instance.InstanceId);
        _instances.Add(name, instance);
        _regions[instance.InstanceId] = region;
    }

    /// <summary>The region of a cluster; of the first one where none is named.</summary>
    public AwsRegion RegionOf(string? cluster)
    {
        var part = scenario.Clusters.First(one => one.Name == (cluster ?? FirstCluster));
        return world.Aws.Region(part.Account ?? world.Aws.Default.Account, part.Region ?? world.Aws.Default.Name);
    }

    public string FirstCluster => scenario.Clusters[0].Name;

    private static Dictionary<string, string> Tags(bool managed, string cluster, Dictionary<string, string> more)
    {
        var tags = new Dictionary<string, string> { [$"kubernetes.io/cluster/{cluster}"] = "owned" };
        if (managed)
        {
            tags[ManagedTag] = "";
        }

        foreach (var (key, value) in more)
        {
            tags[key] = value;
        }

        return tags;
    }
}
