using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>
/// The world as a scenario furnishes it, without a socket or a process: whoever plays it connects the clusters, attaches
/// a function and lets time pass.
/// </summary>
internal sealed class Stage : IDisposable
{
    private readonly ScenarioInstances _instances;
    private readonly Dictionary<string, ClusterOnStage> _clusters = [];
    private readonly List<EventSourceMapping> _mappings = [];
    private readonly TemplateFunction _template;

    /// <summary>The unique id of the operator's role, for the parameter TrustedSenders.</summary>
    public const string OperatorId = "AROAOPERATORSANDBOX01";

    public Stage(Scenario scenario, SimulatedWorld world)
    {
        (Scenario, World, _instances) = (scenario, world, new(scenario, world));
        lock (world.Gate)
        {
            foreach (var region in scenario.Clusters.Select(cluster => _instances.RegionOf(cluster.Name)).Append(Home).Distinct())
            {
                scenario.Rates.ForEach(rate => region.Rates.Of[rate.Service] = new(rate.Burst, rate.PerSecond));
            }

            _template = new(Home, Parameters());
            Configure();
            scenario.Function.DisabledRules.ForEach(rule => Home.Events.SetEnabled(rule, isEnabled: false));
            _instances.Launch();
            foreach (var cluster in scenario.Clusters)
            {
                Furnish(cluster);
            }

            ForwardFromElsewhere();
            Role = world.Aws.Credentials.AddRole(Home.Account, "node-drainer");
            HookRole = world.Aws.Credentials.AddRole(Home.Account, "node-drainer-hooks", id: "AROAHOOKSSANDBOX00001");
            _template.Know(new Dictionary<string, Role> { ["DrainerRole"] = Role, ["HookNotificationRole"] = HookRole });
            Judge = new(this);
            Course = new(this);
        }
    }

    public Scenario Scenario { get; }

    public SimulatedWorld World { get; }

    /// <summary>Where the function, its queues and its rules are.</summary>
    public AwsRegion Home => World.Aws.Default;

    public IReadOnlyDictionary<string, ClusterOnStage> Clusters => _clusters;

    public IReadOnlyDictionary<string, string> Queues => _template.Queues;

    /// <summary>Read once the wire listens: the queues' URLs are in its environment.</summary>
    public FunctionSettings FunctionSettings => _template.Settings(Scenario.Function);

    /// <summary>The function's role.</summary>
    public Role Role { get; }

    /// <summary>The stack's role by which Auto Scaling sends straight to a queue.</summary>
    public Role HookRole { get; }

    public Judge Judge { get; }

    /// <summary>In which order it went.</summary>
    public Course Course { get; }

    public LambdaFunction? Function { get; private set; }

    /// <summary>Who a scenario's word for a sender is to SQS; the queue's policy is not asked.</summary>
    public SqsSender Sender(string word) => word switch
    {
        "function" => SqsSender.Of(Role, "sandbox"),
        "operator" => SqsSender.Of(new Role($"arn:aws:iam::{Home.Account}:role/operator", Home.Account, "operator", OperatorId, null), "on-call"),
        "stranger" => SqsSender.Of(new Role($"arn:aws:iam::{Home.Account}:role/stranger", Home.Account, "stranger", "AROASTRANGERSANDBOX01", null), "deploy"),
        "unsaid" => SqsSender.Unsaid with { SenderId = "" },
        _ => SqsSender.EventBridge(null),
    } with
    { IsPastPolicy = true };

    /// <inheritdoc cref="ScenarioInstances.Find"/>
    public Instance Instance(string name) => _instances.Find(name);

    public IEnumerable<string> InstanceNames => _instances.Names;

    public AwsRegion Region(Instance instance) => _instances.RegionOf(instance);

    /// <summary>EKS knows the cluster from now on, and the function's role may enter it if the scenario lets it.</summary>
    public void Connect(string clusterName, Uri endpoint, string certificateAuthority)
    {
        var on = _clusters[clusterName];
        on.Region.Eks.CreateCluster(clusterName, endpoint, certificateAuthority);
        if (on.Part.Access)
        {
            on.Region.Eks.CreateAccessEntry(clusterName, PrincipalIn(on.Part.Account), null, on.Cluster.Settings.JudgedGroup);
        }
    }

    /// <summary>In another account it is the role there that the function assumes, if the template's parameters name one.</summary>
    private string PrincipalIn(string? account)
    {
        var parameters = Parameters();
        return account is { } other && parameters.GetValueOrDefault("AssumeRoleName") is { Length: > 0 } name
            ? World.Aws.Credentials.AddRole(other, name, parameters.GetValueOrDefault("AssumeRoleExternalId") is { Length: > 0 } id ? id : null).Arn
            : Role.Arn;
    }

    /// <summary>The function exists and its mappings poll.</summary>
    public LambdaFunction Attach(Func<FunctionSettings, int, ExecutionEnvironment> start)
    {
        lock (World.Gate)
        {
            var settings = FunctionSettings;
            Function = new(World, settings, number => start(settings, number));
            foreach (var mapping in _template.Mappings(Scenario.Mapping))
            {
                _mappings.Add(new(World, Home.Sqs, Function, mapping) { Started = Course.HearBatch });
            }

            return Function;
        }
    }

    /// <summary>A pod that was bound to its node before lands there.</summary>
    public void Land(WorkloadPart part) =>
        Add(_clusters[_instances.Find(part.On!).ClusterName!].Cluster, part with { Kind = "pod" });

    public void Dispose()
    {
        foreach (var mapping in _mappings)
        {
            mapping.Dispose();
        }
    }

    private Dictionary<string, string> Parameters()
    {
        var parameters = new Dictionary<string, string>
        {
            ["ClusterNames"] = string.Join(',', Scenario.Clusters.Where(cluster => cluster.Account is null).Select(cluster => cluster.Name).Take(5)),
            ["ReservedConcurrency"] = "0",
            ["AlarmTopicArn"] = Home.Arn("sns", "operators"),
        };
        foreach (var (name, value) in Scenario.Function.Parameters)
        {
            parameters[name] = value;
        }

        return parameters;
    }

    private void Configure()
    {
        foreach (var queue in Queues.Values.Select(Home.Sqs.Queue).Where(queue => queue.Redrive is not null))
        {
            queue.VisibilityTimeout = Scenario.Mapping.Visibility ?? queue.VisibilityTimeout;
            queue.Redrive = queue.Redrive! with { MaxReceiveCount = Scenario.Mapping.MaxReceives ?? queue.Redrive!.MaxReceiveCount };
        }
    }

    private void Furnish(ClusterPart part)
    {
        var region = _instances.RegionOf(part.Name);
        var cluster = new Cluster(World, new() { Name = part.Name, Region = region.Name, Rbac = TemplateFunction.Rbac, Admission = part.Admission ? TemplateFunction.Admission : null, Seats = part.Seats, AnswersIn = part.AnswersIn });
        _clusters.Add(part.Name, new(cluster, region, part));
        part.Without.ForEach(cluster.Revoke);
        foreach (var objects in ((string?[])[part.CheckRole ? TemplateFunction.CheckRbac : null, part.Objects]).OfType<string>())
        {
            cluster.Apply(objects);
        }

        foreach (var instance in _instances.Joined(part.Name))
        {
            cluster.AddNode(instance.Machine);
        }

        foreach (var volume in Scenario.Volumes.Where(volume => (volume.Cluster ?? _instances.FirstCluster) == part.Name))
        {
            cluster.AddVolume(new(volume.Claim) { Namespace = volume.Namespace, Kind = volume.Kind, DetachesIn = volume.DetachesIn, DetachFails = volume.DetachFails });
        }

        foreach (var workload in Scenario.Workloads.Where(workload => (workload.Cluster ?? _instances.FirstCluster) == part.Name))
        {
            Add(cluster, workload);
        }

        foreach (var budget in Scenario.Budgets.Where(budget => (budget.Cluster ?? _instances.FirstCluster) == part.Name))
        {
            cluster.AddDisruptionBudget(budget.Of, budget.MinAvailable, budget.MaxUnavailable, budget.Namespace, budget.Name, budget.Unhealthy);
        }
    }

    private void Add(Cluster cluster, WorkloadPart part)
    {
        string[] on = part.On is null ? [] : [.. NameRanges.Names(part.On).Select(name => _instances.Find(name).NodeName)];
        var pod = new PodSpec(part.Name)
        {
            Namespace = part.Namespace,
            Node = part.Kind is "pod" or "mirror" ? on.FirstOrDefault() : null,
            Annotations = part.Annotations,
            GracePeriod = part.Grace ?? TimeSpan.FromSeconds(30),
            StopsIn = part.StopsIn,
            StartsIn = part.StartsIn,
            IsMirror = part.Kind == "mirror",
            HasEmptyDir = part.LocalData,
            PriorityClass = part.Priority,
            Environment = part.Environment,
            NeverReady = part.NeverReady,
            Finalizers = part.Finalizers,
            Claims = part.Claims,
            Ephemeral = part.Ephemeral,
            FinishedAs = part.Finished,
            ToleratesEverything = part.Tolerates || part.Kind == "daemonset",
        };
        _ = part.Kind switch
        {
            "deployment" => cluster.AddDeployment(pod, part.Replicas, on),
            "statefulset" => cluster.AddStatefulSet(pod, part.Replicas, on),
            "daemonset" => cluster.AddDaemonSet(pod),
            "job" => cluster.AddJob(pod, part.Replicas, on),
            _ => cluster.AddPod(pod),
        };
    }

    /// <summary>Another account's or region's bus has a rule that sends everything to our queues, as docs/many-clusters.md asks.</summary>
    private void ForwardFromElsewhere()
    {
        foreach (var elsewhere in World.Aws.Regions.Where(region => region != Home).ToList())
        {
            foreach (var queue in elsewhere.Events.LoadRules(TemplateFunction.Yaml, Parameters()).Values)
            {
                elsewhere.Sqs.Arrived += arrived =>
                {
                    foreach (var message in arrived.Name == queue ? elsewhere.Sqs.Receive(queue, 10) : [])
                    {
                        Home.Sqs.Send(queue, message.Body, sender: SqsSender.EventBridge(null) with { IsPastPolicy = true });
                        elsewhere.Sqs.Delete(queue, message.ReceiptHandle, "bus");
                    }
                };
            }
        }
    }
}

internal sealed record ClusterOnStage(Cluster Cluster, AwsRegion Region, ClusterPart Part);
