using System.Text.Json.Nodes;
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Cordoning;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Rig;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;
using k8s.Models;

namespace DrainerFunction.Fakes;

/// <summary>One node to drain and one to go to, in the world's cluster, under a clock that jumps from timer to timer.</summary>
internal sealed class ClusterRig : IDisposable
{
    public const string InstanceId = "i-0000000000000000a";
    public const string NodeName = "node-a";

    private readonly TargetNode _target;
    private readonly VirtualTime _clock = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly RequestPools _pools;

    public ClusterRig(ClusterSettings? settings = null)
    {
        Time = new(_clock, Loop);
        World = new(_clock, seed: 1);
        Cluster = new(World, (settings ?? new() { Name = "blue" }) with
        {
            Rbac = File.ReadAllText(Path.Combine(Stack.Root, "deploy/rbac.yaml")),
            Admission = File.ReadAllText(Path.Combine(Stack.Root, "deploy/admission.yaml")),
        })
        { MachineGoes = _ => DeadlineIsHard, IsLastResort = (_, _) => DeadlineIsHard };
        Computer = new(InstanceId, "ip-10-0-0-1.eu-central-1.compute.internal", "eu-central-1a", "blue", NodeName);
        Cluster.AddNode(Computer);
        Cluster.AddNode(new("i-0000000000000000b", "ip-10-0-0-2.eu-central-1.compute.internal", "eu-central-1a", "blue", "node-b"));
        Api = new(Cluster, new("drainer", ["node-drainer", "system:authenticated"]), Time);
        _target = new(new(new("123456789012", "eu-central-1"), "blue"), NodeName, InstanceId, Api);
        _pools = new(Time);
    }

    public EventLoop Loop { get; } = new();

    public EventLoopTimeProvider Time { get; }

    public SimulatedWorld World { get; }

    public Cluster Cluster { get; }

    public Machine Computer { get; }

    public WorldApiServer Api { get; }

    public TargetNode Target => IsReadOnly ? _target with { ApiServer = new ReadOnlyApiServer(_target.ApiServer) } : _target;

    /// <summary>As a dry run sees the cluster.</summary>
    public bool IsReadOnly { get; set; }

    public DrainerOptions Options { get; set; } = new();

    public RecordingObserver Observer { get; } = new();

    public bool DeadlineIsHard { get; set; } = true;

    public DateTimeOffset Start { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now => _clock.GetUtcNow();

    public AnnotationReader Annotations => new(Options, Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<AnnotationReader>.Instance);

    public NodeCordon Cordoning => new(Annotations, Options, _pools, Time);

    public NodeDrainer Drainer => new(Annotations, _pools, Observer, Time, new Random(1));

    /// <summary>What the function asked, in order, as <c>create pods/eviction default/web</c>.</summary>
    public IReadOnlyList<string> Asked =>
        [.. Cluster.Api.Requests.Where(one => one.User.Name == "drainer").Select(one => $"{one.Verb} {one.Resource}")];

    public IEnumerable<DateTimeOffset> AskedAt(string verb, string resource) =>
        Cluster.Api.Requests.Where(one => one.User.Name == "drainer" && one.Verb == verb && one.Resource == resource).Select(one => one.At);

    public PodSpec Pod(string name) => new(name) { Node = NodeName };

    public IEnumerable<string> PodsLeft => Cluster.PodsOn(NodeName).Select(pod => pod["metadata"]!["name"]!.GetValue<string>());

    public void After(double seconds, Action what) => World.Agenda.After(TimeSpan.FromSeconds(seconds), what);

    /// <summary>Somebody else's request.</summary>
    public ApiResponse Ask(string method, string path, string? body = null, string contentType = "application/merge-patch+json") =>
        Cluster.Api.Handle(ApiRequest.To(method, path, ApiUser.Admin, body is null ? null : JsonNode.Parse(body), contentType));

    public V1Node Node() => k8s.KubernetesJson.Deserialize<V1Node>(Cluster.Node(NodeName)!.ToJsonString());

    public CordonOrder CordonOrder(Bounds bounds, params IReadOnlyList<InterruptionKind> kinds) => new()
    {
        Target = Target,
        Node = Node(),
        Kinds = kinds.Count > 0 ? kinds : [InterruptionKind.SpotReclaim],
        FirstSeen = Now,
        Bounds = bounds,
        Chain = new("1-chain-1"),
    };

    public CordonReply.Cordoned Cordon(Bounds bounds) =>
        Assert.IsType<CordonReply.Cordoned>(Run(async () =>
        {
            // As in a fresh process: the finder reads the node first.
            var node = await Api.GetNodeAsync(NodeName, TestContext.Current.CancellationToken);
            return await Cordoning.CordonAsync(CordonOrder(bounds) with { Node = node! }, TestContext.Current.CancellationToken);
        }));

    /// <summary>EC2 takes the machine then, and has just said so.</summary>
    public Bounds Machine(DateTimeOffset at) => Bounds.Of(new Bound.Machine(at, Now));

    public Bounds Going(DateTimeOffset waitUntil) => Bounds.Of(new Bound.Going(waitUntil, Now));

    public Bounds Hook(DateTimeOffset at) => Bounds.Of(new Bound.Hook(at, Now, LetsGo: true));

    public Bounds Soft(DateTimeOffset at) => Bounds.Of(new Bound.Soft(at, Now));

    public DrainOutcome Drain(double seconds, bool machineGoes = true) => Drain(machineGoes ? Machine(Now.AddSeconds(seconds)) : Soft(Now.AddSeconds(seconds)));

    public DrainOutcome Drain(Bounds bounds, CancellationToken spent = default) => Drain(bounds, askOnce: false, spent);

    public DrainOutcome Drain(Bounds bounds, bool askOnce, CancellationToken spent)
    {
        DeadlineIsHard = bounds.EndTheMachine;
        var order = new DrainOrder { Target = Target, Cordon = Cordon(bounds), Bounds = bounds, AskOnce = askOnce, Settings = Options };
        var outcome = Run(() => Drainer.DrainAsync(order, spent, TestContext.Current.CancellationToken));
        Assert.Empty(World.Invariants.Violations);
        return outcome;
    }

    /// <summary>Runs the work to its end, however long that is by the clock.</summary>
    public T Run<T>(Func<Task<T>> work)
    {
        var running = Loop.Start(work);
        var start = Now;
        while (true)
        {
            while (Loop.RunNext())
            {
            }

            if (running.IsCompleted)
            {
                return running.GetAwaiter().GetResult();
            }

            Assert.True(_clock.MoveToNext() && Now - start < TimeSpan.FromHours(3), $"nothing would ever end it: {string.Join(", ", Asked)}");
        }
    }

    public void Dispose() => World.Dispose();
}

/// <summary>Writes down what a drain tells.</summary>
internal sealed class RecordingObserver : IDrainObserver
{
    public List<string> Told { get; } = [];

    public List<BudgetHold> Holds { get; } = [];

    public void Evicted(TargetNode node, PodName pod, TimeSpan? gracePeriod) => Told.Add($"evicted {pod.Name} {gracePeriod?.TotalSeconds}".TrimEnd());

    public void DeletedPastBudget(TargetNode node, PodName pod, string budget, TimeSpan gracePeriod) => Told.Add($"deleted {pod.Name} {gracePeriod.TotalSeconds} past {budget}");

    public void Held(TargetNode node, BudgetHold held) => Holds.Add(held);

    public void PodHeld(TargetNode node, PodName pod, string budget) => Told.Add($"held {pod.Name} by {budget}");

    public void Released(TargetNode node, string budget) => Told.Add($"released by {budget}");

    public void Refused(TargetNode node, PodName pod, string by, string why) => Told.Add($"refused {pod.Name} by {by}");

    public void Gone(TargetNode node, PodName pod) => Told.Add($"gone {pod.Name}");

    public void Left(TargetNode node, PodName pod, string why) => Told.Add($"left {pod.Name}");

    public void Stuck(TargetNode node, PodName pod, DateTimeOffset shouldHaveEnded, string why) => Told.Add($"stuck {pod.Name}: {why}");

    public void CordonedAgain(TargetNode node) => Told.Add("cordoned again");

    public void Trouble(TargetNode node, string what, string why) => Told.Add($"trouble: {what}");
}
