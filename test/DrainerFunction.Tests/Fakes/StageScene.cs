using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Handling;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Rig;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrainerFunction.Fakes;

/// <summary>What one stage of an interruption is given: the rig's cluster, an AWS that answers as the test says, and a context for its messages.</summary>
internal sealed class StageScene : IDisposable
{
    public const string Group = "workers";
    public const string Hook = "drain";

    public static readonly AwsScope Scope = new("123456789012", "eu-central-1");

    private readonly BatchReport _report = new() { RequestId = "1f2e3d4c-request", ReceivedAt = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero) };
    private readonly CancellationTokenSource _spent;
    private readonly CancellationTokenSource _acknowledging;
    private BatchContext? _batch;

    public StageScene()
    {
        _spent = new(TimeSpan.FromMinutes(14), Rig.Time);
        _acknowledging = new(TimeSpan.FromMinutes(14.5), Rig.Time);
        Instances.Described = () => [Instance];
        Aws = new() { Instances = Instances, Complete = () => Complete(), Beat = () => Beat(), Hooks = DefinitionsAsync };
    }

    public ClusterRig Rig { get; } = new();

    public ScriptedInstances Instances { get; } = new();

    public ScriptedAutoScaling Aws { get; }

    public LifecycleHookCache Hooks => field ??= new(Aws, new(Rig.Time), Rig.Time, NullLogger<LifecycleHookCache>.Instance);

    public Func<bool> Complete { get; set; } = () => true;

    public Func<bool> Beat { get; set; } = () => true;

    /// <summary>Of the instance's group, as they outrank the stack's settings.</summary>
    public IReadOnlyDictionary<string, string>? GroupTags { get; set; }

    public IReadOnlyList<LifecycleHook> Definitions { get; set; } = [new(Hook, LifecycleStates.Terminating, TimeSpan.FromMinutes(5), TimeSpan.FromHours(8), "ABANDON")];

    /// <summary>Until they are told.</summary>
    public TimeSpan DefinitionsTake { get; set; }

    public SeenNotices Webhook { get; } = new();

    public CancellationTokenSource LeaseLost { get; } = new();

    /// <summary>A Spot instance of the rig's cluster that runs and is managed.</summary>
    public Instance Instance { get; set; } = new()
    {
        InstanceId = ClusterRig.InstanceId,
        Life = InstanceLife.Running,
        IsSpot = true,
        PrivateDnsName = ClusterRig.NodeName,
        LaunchedAt = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
        Tags = new Dictionary<string, string> { ["aws-node-termination-handler/managed"] = "", ["eks:cluster-name"] = "blue" },
    };

    public BatchContext Batch => _batch ??= new(
        new InstanceDescriptions(Aws, Rig.Time), new NodeFinder(new OneCluster(Rig), new(Rig.Time), Rig.Time), new NodeArrivals(new OneCluster(Rig), new HashSet<string> { ClusterRig.InstanceId }, Rig.Time, new Random(1)),
        new CordonBarrier(Rig.Time), _report, Rig.Start.AddMinutes(14), _spent.Token, _acknowledging.Token);

    public KubernetesEventPublisher Events => new(Rig.Options, Rig.Time, NullLogger<KubernetesEventPublisher>.Instance);

    public StageRunner Runner => new(new(Rig.Time), Rig.Time, NullLogger<StageRunner>.Instance);

    /// <summary>A message as it comes from the queue for the first time, sent when its event was.</summary>
    public ReceivedInterruption Received(Interruption interruption, string messageId = "m-1") =>
        ReceivedInterruption.From(interruption, new() { MessageId = messageId, ReceiptHandle = "r", Body = "{}", EventSourceArn = "arn:aws:sqs:eu-central-1:123456789012:q", SentAt = interruption.At }, memory: null, Rig.Now);

    public Interruption Spot(DateTimeOffset? at = null) => new Interruption.SpotReclaim(InstanceAction.Terminate) { InstanceId = ClusterRig.InstanceId, Account = Scope.Account, Region = Scope.Region, At = at ?? Rig.Now };

    public Interruption Rebalance() => new Interruption.RebalanceRecommendation { InstanceId = ClusterRig.InstanceId, Account = Scope.Account, Region = Scope.Region, At = Rig.Now };

    public Interruption Termination(string hook = Hook) =>
        new Interruption.Termination(new(Group, hook, "token", null, null)) { InstanceId = ClusterRig.InstanceId, Account = Scope.Account, Region = Scope.Region, At = Rig.Now };

    public Interruption Change(DateTimeOffset start, ScheduledChangeStatus status = ScheduledChangeStatus.Upcoming) => new Interruption.ScheduledChange(new()
    {
        EventArn = "arn:aws:health:eu-central-1::event/EC2/x/1", EventTypeCode = "AWS_EC2_INSTANCE_NETWORK_MAINTENANCE_SCHEDULED", StartTime = start, Status = status,
    })
    { InstanceId = ClusterRig.InstanceId, Account = Scope.Account, Region = Scope.Region, At = Rig.Now };

    public InterruptionContext Context(params IReadOnlyList<ReceivedInterruption> received)
    {
        var instance = new InterruptedInstance(Scope, ClusterRig.InstanceId, received);
        var hooks = new HookHeartbeats(Scope, Aws, Hooks, Rig.Options, Rig.Time, NullLoggerFactory.Instance);
        var report = InterruptionReportBuilder.Begin(instance, Batch, Rig.Now);
        var notices = new InterruptionNotices(report, Batch, Webhook, Rig.Cordoning, NullLogger<InterruptionNotices>.Instance);
        return new(instance, Batch, GroupSettings.Of(Rig.Options, GroupTags), report, new(Aws, Webhook, AreReadOnly: false), hooks, notices, Batch.Barrier.Enter(Scope), LeaseLost.Token);
    }

    public void AddPod(string name, int stopsIn = 5) =>
        Rig.Cluster.AddPod(Rig.Pod(name) with { GracePeriod = TimeSpan.FromSeconds(stopsIn), StopsIn = TimeSpan.FromSeconds(stopsIn) });

    /// <summary>Runs a stage as the handler does: beside the heartbeats of its hooks, until the invocation or its lease ends.</summary>
    public InterruptionResult Run(IReadOnlyList<ReceivedInterruption> received, Func<InterruptionContext, CancellationToken, Task<InterruptionResult>> stage) => Rig.Run(async () =>
    {
        await using var context = Context(received);
        using var working = CancellationTokenSource.CreateLinkedTokenSource(Batch.Spent, LeaseLost.Token);
        foreach (var one in received.Where(one => one.Action is not null))
        {
            context.Hooks.Keep(
                new(one.Action!.AutoScalingGroupName, one.Action.HookName, ClusterRig.InstanceId, one.Action.Token),
                LaunchBound.BeganAt(one), LaunchBound.BeganAt(one), one.Hook is null ? LaunchBound.KeepUntil(one, context.Options) : null, working.Token);
        }

        return await stage(context, working.Token);
    });

    public void Dispose()
    {
        _spent.Dispose();
        _acknowledging.Dispose();
        LeaseLost.Dispose();
        Rig.Dispose();
    }
    private async Task<IReadOnlyList<LifecycleHook>> DefinitionsAsync()
    {
        await Task.Delay(DefinitionsTake, Rig.Time);
        return Definitions;
    }
}
