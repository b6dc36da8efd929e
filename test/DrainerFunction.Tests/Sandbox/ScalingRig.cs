using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

/// <summary>A world with one group, <c>g</c>, of instances that join the cluster <c>prod</c>.</summary>
internal sealed class ScalingRig : IDisposable
{
    private readonly AwsRig _rig = new();

    public AutoScaling Scaling => _rig.Region.AutoScaling;

    public AwsRegion Region => _rig.Region;

    public World.SimulatedWorld World => _rig.World;

    public TimeSpan Passed => _rig.Clock.GetUtcNow() - AwsRig.Start;

    /// <summary>The last action that was started.</summary>
    public LifecycleAction Action => Scaling.Actions[^1];

    /// <summary>The one instance of the group that is not gone.</summary>
    public GroupMember Only => Assert.Single(Scaling.Instances("g"), member => !member.State.StartsWith("Terminated", StringComparison.Ordinal));

    public void Group(int desired, bool alreadyRunning = false, params IReadOnlyList<LifecycleHook> hooks) => Scaling.CreateAutoScalingGroup(new("g")
    {
        DesiredCapacity = desired,
        Hooks = hooks,
        Template = new() { ClusterName = "prod", AlreadyRunning = alreadyRunning },
    });

    /// <summary>A group with one instance in service; its id.</summary>
    public string Running(params IReadOnlyList<LifecycleHook> hooks)
    {
        Group(1, true, hooks);
        return Only.InstanceId;
    }

    /// <summary>A group with one instance that has just started and waits in its launch hooks; its id.</summary>
    public string Launching(params IReadOnlyList<LifecycleHook> hooks)
    {
        Group(1, false, hooks);
        Advance(8);
        return Only.InstanceId;
    }

    public void Advance(double seconds) => _rig.Advance(seconds);

    public IReadOnlyList<System.Text.Json.Nodes.JsonNode> Events(string? detailType) => _rig.Events(detailType);

    public IReadOnlyList<string> States(string instance) => _rig.History("autoscaling", instance);

    /// <summary>The message of a ValidationError.</summary>
    public static string Refused(Action call)
    {
        var refused = Assert.Throws<AwsError>(call);
        Assert.Equal(("ValidationError", 400), (refused.Code, refused.Status));
        return refused.Message;
    }

    public void Dispose() => _rig.Dispose();
}
