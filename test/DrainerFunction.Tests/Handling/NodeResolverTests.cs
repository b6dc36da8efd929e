using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Fakes;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

public sealed class NodeResolverTests : IDisposable
{
    private readonly StageScene _scene = new();
    private readonly CompletedDrains _completed;

    private int _hooksKept;

    public NodeResolverTests() => _completed = new(_scene.Rig.Time);

    [Fact]
    public void A_warning_that_AWS_confirms_leads_to_the_node_of_its_instance()
    {
        var found = Assert.IsType<Resolution.Found>(Resolve(_scene.Received(_scene.Spot())));

        Assert.Equal((ClusterRig.NodeName, 1), (found.Target.NodeName, found.Confirmed.Count));
    }

    [Theory]
    [InlineData("", "", "it does not carry the tag aws-node-termination-handler/managed")]
    [InlineData("karpenter.sh/nodepool", "default", "it is managed by Karpenter, which DRAIN_CONTROLLED_NODES does not list")]
    [InlineData("eks:nodegroup-name", "workers", "it is managed by an EKS managed node group, which DRAIN_CONTROLLED_NODES does not list")]
    public void An_instance_of_another_owner_is_left_alone_and_its_hook_is_not_even_kept_waiting(string tag, string value, string why)
    {
        _scene.Instance = _scene.Instance with { Tags = tag is "" ? new Dictionary<string, string>() : new Dictionary<string, string>(_scene.Instance.Tags) { [tag] = value } };

        Assert.Equal(new Resolution.Skipped(InterruptionOutcome.NotOurs, why), Resolve(_scene.Received(_scene.Termination())));
        Assert.Equal(0, _hooksKept);
    }

    [Fact]
    public void An_instance_whose_tag_names_a_cluster_that_CLUSTER_NAME_does_not_list_is_left_alone()
    {
        _scene.Rig.Options = DrainerOptions.From(new Dictionary<string, string> { ["CLUSTER_NAME"] = "green" });

        Assert.Equal("its tag names cluster blue, which CLUSTER_NAME does not list", Assert.IsType<Resolution.Skipped>(Resolve(_scene.Received(_scene.Spot()))).Why);
    }

    [Fact]
    public void A_managed_instance_of_which_nothing_names_a_cluster_is_kept_for_the_operator()
    {
        _scene.Instance = _scene.Instance with { Tags = new Dictionary<string, string> { ["aws-node-termination-handler/managed"] = "" } };

        Assert.IsType<Resolution.Misconfigured>(Resolve(_scene.Received(_scene.Spot())));
    }

    [Fact]
    public void A_young_message_that_AWS_does_not_confirm_is_looked_at_five_times_and_then_again_later()
    {
        _scene.Instance = _scene.Instance with { IsSpot = false };

        var later = Assert.IsType<Resolution.RetryLater>(Resolve(_scene.Received(_scene.Spot())));

        Assert.Equal("AWS does not confirm the interruption yet: EC2 reports that it is not a Spot instance", later.Why);
        Assert.Equal((5, _scene.Rig.Start.AddSeconds(20)), (_scene.Instances.Looks, new DateTimeOffset(_scene.Rig.Now.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero)));
    }

    [Fact]
    public void An_old_message_that_AWS_does_not_confirm_is_refuted_at_once()
    {
        _scene.Instance = _scene.Instance with { IsSpot = false };

        Assert.Equal(InterruptionOutcome.Refuted, Assert.IsType<Resolution.Skipped>(Resolve(_scene.Received(_scene.Spot(_scene.Rig.Now.AddMinutes(-3))))).Outcome);
        Assert.Equal(1, _scene.Instances.Looks);
    }

    [Fact]
    public void A_look_that_is_refused_says_nothing_about_the_instance()
    {
        Refuse();

        Assert.Throws<AwsCallException>(() => Resolve(_scene.Received(_scene.Spot())));
    }

    [Fact]
    public void A_look_that_is_refused_does_not_stop_a_message_that_remembers_its_confirmed_node()
    {
        Cordon();
        Refuse();

        var found = Assert.IsType<Resolution.Found>(Resolve(_scene.Received(_scene.Spot()) with { Node = new NodeReference("blue", ClusterRig.NodeName) }));

        Assert.Equal(ClusterRig.NodeName, found.Target.NodeName);
    }

    [Fact]
    public void A_node_that_a_message_remembers_and_that_bears_no_seal_is_not_believed()
    {
        Refuse();

        Assert.Throws<AwsCallException>(() => Resolve(_scene.Received(_scene.Spot()) with { Node = new NodeReference("blue", ClusterRig.NodeName) }));
    }

    [Fact]
    public void A_change_that_is_not_due_yet_is_waited_for()
    {
        _scene.Instances.Events = [new(ClusterRig.InstanceId, "instance-event-1", "system-maintenance", "maintenance", _scene.Rig.Now.AddDays(3), null)];

        var later = Assert.IsType<Resolution.RetryLater>(Resolve(_scene.Received(_scene.Change(_scene.Rig.Now.AddDays(2)))));

        Assert.Equal((InterruptionOutcome.Waits, TimeSpan.FromMinutes(15)), (later.Outcome, later.LookAgainAfter));
        Assert.Contains($"{_scene.Rig.Start.AddDays(3).AddHours(-1):u}", later.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_was_closed_and_nothing_else_is_to_be_undone() =>
        Assert.IsType<ClosedScheduledChange.Undone>(Assert.IsType<Resolution.ChangeClosed>(Resolve(_scene.Received(_scene.Change(_scene.Rig.Now, ScheduledChangeStatus.Closed)))).Change);

    [Fact]
    public void An_instance_without_a_node_in_the_cluster_of_its_tag_has_nothing_to_drain()
    {
        _scene.Rig.Ask("DELETE", "/api/v1/nodes/node-a");

        Assert.True(Assert.IsType<Resolution.NoNode>(Resolve(_scene.Received(_scene.Spot()))).Proven);
    }

    // A node that may still join is waited for, but not where nothing would be done to it.
    [Theory]
    [InlineData(null, 300)]
    [InlineData("true", 0)]
    public void A_dry_run_by_the_tag_of_a_group_waits_for_no_node(string? dryRun, int seconds)
    {
        _scene.Rig.Ask("DELETE", "/api/v1/nodes/node-a");
        _scene.GroupTags = dryRun is null ? null : new Dictionary<string, string> { ["node-drainer/DRY_RUN"] = dryRun };
        _scene.Instance = _scene.Instance with { LaunchedAt = _scene.Rig.Now };
        var began = _scene.Rig.Now;

        Assert.IsType<Resolution.NoNode>(Resolve(_scene.Received(_scene.Spot())));
        Assert.Equal(seconds, Math.Round((_scene.Rig.Now - began).TotalSeconds));
    }

    [Fact]
    public void The_hook_of_an_instance_that_is_the_functions_is_kept_waiting_from_the_first_look_on()
    {
        _scene.Aws.Members = [new(ClusterRig.InstanceId, StageScene.Group, "Terminating:Wait")];

        Assert.IsType<Resolution.Found>(Resolve(_scene.Received(_scene.Termination())));
        Assert.Equal(1, _hooksKept);
    }

    [Fact]
    public void A_state_change_that_the_functions_own_drain_caused_is_looked_for_among_cordoned_nodes_only()
    {
        _scene.Instance = _scene.Instance with { Life = InstanceLife.ShuttingDown, PrivateDnsName = null };
        _completed.Add(ClusterRig.InstanceId);
        var change = new Interruption.StateChange(InstanceState.ShuttingDown) { InstanceId = ClusterRig.InstanceId, Account = StageScene.Scope.Account, Region = StageScene.Scope.Region, At = _scene.Rig.Now };

        Assert.IsType<Resolution.NoNode>(Resolve(_scene.Received(change)));
        Assert.Single(_scene.Rig.Asked, "list nodes");
    }

    public void Dispose() => _scene.Dispose();

    private void Refuse() => _scene.Instances.Described = () => throw new AwsCallException(AwsRefusal.Throttled, "ec2:DescribeInstances", "Throttling", "slow down");

    private void Cordon() => Assert.IsType<CordonReply.Cordoned>(_scene.Rig.Run(() =>
        _scene.Rig.Cordoning.CordonAsync(_scene.Rig.CordonOrder(_scene.Rig.Machine(_scene.Rig.Now.AddMinutes(2))), TestContext.Current.CancellationToken)));

    private Resolution Resolve(params IReadOnlyList<ReceivedInterruption> received) => _scene.Rig.Run(async () =>
    {
        var context = _scene.Context(received);
        _scene.Batch.Descriptions.Begin([.. received.Select(one => (StageScene.Scope, one.Interruption))], new HashSet<string>(), TestContext.Current.CancellationToken);
        try
        {
            return await new NodeResolver(new(_scene.Rig.Options, _scene.Rig.Time), new(_scene.Rig.Annotations, _scene.Rig.Options), new(_scene.Rig.Annotations, _completed, _scene.Rig.Time), _scene.Rig.Options, _scene.Rig.Time)
                .ResolveAsync(context, again: false, TestContext.Current.CancellationToken);
        }
        finally
        {
            _hooksKept = context.Hooks.Names.Count;
            await context.Hooks.DisposeAsync();
        }
    });
}
