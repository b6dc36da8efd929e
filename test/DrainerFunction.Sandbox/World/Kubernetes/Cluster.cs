using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>One simulated EKS cluster: the API server, and the controllers and kubelets behind it.</summary>
internal sealed partial class Cluster
{
    public Cluster(SimulatedWorld world, ClusterSettings settings)
    {
        (World, Settings) = (world, settings);
        Store = new(settings.HistoryLength);
        Registry = new(world, Store, new(Store));
        Lists = new(Store);
        Watches = new(world, Store, Lists, settings.BookmarkEvery);
        Authorizer = new(Store);
        Policies = new(this);
        Evictions = new(world, Store, Registry);
        Objections = new(this);
        Faults = new(world);
        Api = new(this);
        Scheduler = new(this);
        Kubelet = new(this);
        NodeAvailability = new(this);
        Workloads = new(this);
        Disruptions = new(this);
        Claims = new(this);
        Volumes = new(this, Claims);
        _ = new GarbageCollector(this);
        lock (world.Gate)
        {
            Furnish();
        }
    }

    public SimulatedWorld World { get; }

    public ClusterSettings Settings { get; }

    public ApiServer Api { get; }

    public ClusterFaults Faults { get; }

    /// <summary>Whether the machine of that node goes, whatever anybody says; the world asks before it objects to an eviction without a cordon.</summary>
    public Func<string, bool> MachineGoes { get; set; } = _ => false;

    /// <summary>Whether a pod of that node and grace period may be deleted past a refusal now; the world asks before it objects.</summary>
    public Func<string, TimeSpan, bool> IsLastResort { get; set; } = (_, _) => false;

    /// <summary>Whether a pod of that node and grace period that opts out may be disturbed now; the world asks before it objects.</summary>
    public Func<string, TimeSpan, bool> MayDisturb { get; set; } = (_, _) => true;

    public NodeAvailability NodeAvailability { get; }

    /// <summary>How many evictions were granted.</summary>
    public int EvictionsCount => Evictions.Count;

    public ObjectStore Store { get; }

    public Registry Registry { get; }

    public Lists Lists { get; }

    public Watches Watches { get; }

    public Authorizer Authorizer { get; }

    public NodePolicies Policies { get; }

    public Evictions Evictions { get; }

    public Objections Objections { get; }

    public Scheduler Scheduler { get; }

    public Kubelet Kubelet { get; }

    public Workloads Workloads { get; }

    public DisruptionController Disruptions { get; }

    public VolumeClaims Claims { get; }

    public Volumes Volumes { get; }

    public JsonObject? Node(string name) => Store.Get(ResourceKinds.Nodes, null, name);

    public JsonObject? Pod(string space, string name) => Store.Get(ResourceKinds.Pods, space, name);

    public IReadOnlyList<JsonObject> PodsOn(string node)
    {
        lock (World.Gate)
        {
            return Store.Pods.On(node);
        }
    }

    /// <summary>Creates or replaces everything that stands in these YAML documents.</summary>
    public void Apply(string yaml)
    {
        lock (World.Gate)
        {
            foreach (var thing in YamlDocuments.Read(yaml))
            {
                var kind = ResourceKinds.OfKind(thing.Text("apiVersion"), thing.Text("kind"))
                    ?? throw new ArgumentException($"no resource is {thing.Text("kind")} of {thing.Text("apiVersion")}", nameof(yaml));
                var space = kind.Namespaced ? thing.Namespace() ?? "default" : null;
                if (space is not null && Store.Get(ResourceKinds.Namespaces, null, space) is null)
                {
                    AddNamespace(space);
                }

                if (Store.Get(kind, space, thing.Name()) is null)
                {
                    Registry.Create(kind, space, thing);
                }
                else
                {
                    Registry.Update(kind, space, thing.Name(), old => Patches.Apply(old, thing, "application/merge-patch+json"));
                }
            }
        }
    }

    private void Furnish()
    {
        foreach (var space in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            AddNamespace(space);
        }

        foreach (var (name, value) in ((string, long)[])[("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)])
        {
            Registry.Create(ResourceKinds.PriorityClasses, null, new() { ["metadata"] = new JsonObject { ["name"] = name }, ["value"] = value });
        }

        if (Settings.Rbac is { } rbac)
        {
            Apply(rbac);
        }

        if (Settings.Admission is { } admission)
        {
            Apply(admission);
        }
    }
}
