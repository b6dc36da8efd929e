using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// States: EC2 User Guide, "Amazon EC2 instance state changes"; events: "EventBridge events for EC2", "Spot Instance
// interruption notices", AWS Health User Guide, "Example: EC2 scheduled change".
public sealed class AwsEc2Tests : IDisposable
{
    private readonly AwsRig _rig = new();
    private readonly List<MachinePower> _powers = [];

    public AwsEc2Tests() => _rig.World.Machines.Changed += change => _powers.Add(change.Power);

    private Ec2 Ec2 => _rig.Region.Ec2;

    [Fact]
    public void A_launched_instance_is_pending_then_running_then_its_node_joins()
    {
        var instance = Ec2.Launch(new());
        _rig.Advance(8);
        Assert.Equal(["pending", "running"], _rig.History("ec2", instance.InstanceId));
        _rig.Advance(25);

        Assert.Equal([MachinePower.Booted], _powers);
        Assert.Equal(["pending", "running"], States());
    }

    [Fact]
    public void A_terminated_instance_shuts_down_first_and_is_shown_for_an_hour()
    {
        var instance = Running();
        Assert.Equal([new(instance, InstanceState.Running, InstanceState.ShuttingDown)], Ec2.TerminateInstances(instance));
        _rig.Advance(15);
        Assert.Equal(["shutting-down", "terminated"], States());
        Assert.Equal([MachinePower.Booted, MachinePower.ShuttingDown, MachinePower.Off, MachinePower.Gone], _powers);
        Assert.Single(Ec2.DescribeInstances([instance]).Items);
        _rig.Advance(3600);

        Assert.Empty(Ec2.DescribeInstances(filters: [new("instance-id", instance)]).Items);
    }

    [Fact]
    public void A_stopped_instance_starts_again_with_a_new_launch_time()
    {
        var instance = Running();
        Ec2.StopInstances(instance);
        _rig.Advance(15);
        Ec2.StartInstances(instance);
        _rig.Advance(33);

        Assert.Equal(["stopping", "stopped", "pending", "running"], States());
        Assert.Equal([MachinePower.Booted, MachinePower.ShuttingDown, MachinePower.Off, MachinePower.Booted], _powers);
        Assert.Equal(AwsRig.Start.AddSeconds(15), Ec2.Find(instance)!.LaunchTime);
    }

    [Theory]
    [InlineData("terminate", 120, "shutting-down")]
    [InlineData("stop", 120, "stopping")]
    [InlineData("hibernate", 0, "stopping")]
    public void A_spot_reclaim_gives_two_minutes_but_hibernates_at_once(string action, int seconds, string state)
    {
        var instance = Running();
        Ec2.Interruptions.SpotReclaim(instance, action);
        _rig.Advance(Math.Max(0, seconds - 1));
        Assert.Equal(seconds > 0, Ec2.Find(instance)!.State == InstanceState.Running);
        _rig.Advance(1);

        Assert.Equal(state, Ec2.Find(instance)!.State.Name());
        var body = Assert.Single(_rig.Events("EC2 Spot Instance Interruption Warning"));
        Assert.Equal($$"""{"instance-id":"{{instance}}","instance-action":"{{action}}"}""", body["detail"]!.ToJsonString());
        Assert.Equal($"arn:aws:ec2:{Ec2.Find(instance)!.AvailabilityZone}:instance/{instance}", (string?)body["resources"]![0]);
    }

    [Fact]
    public void An_instance_stopped_before_its_reclaim_is_due_is_not_taken_down_twice()
    {
        var instance = Running();
        Ec2.Interruptions.SpotReclaim(instance);
        Ec2.TerminateInstances(instance);
        _rig.Advance(180);

        Assert.Equal(["shutting-down", "terminated"], States());
    }

    [Fact]
    public void A_scheduled_retirement_has_its_Health_event_and_stops_the_instance_at_its_time()
    {
        var instance = Running();
        var due = AwsRig.Start.AddDays(1);
        Ec2.Interruptions.ScheduleEvent(instance, "instance-retirement", due);
        var health = Assert.Single(_rig.Events("AWS Health Event"));
        Assert.Equal(("EC2", "scheduledChange", "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED", "upcoming", "Mon, 23 Nov 2026 15:40:07 GMT"),
            ((string?)health["detail"]!["service"], (string?)health["detail"]!["eventTypeCategory"], (string?)health["detail"]!["eventTypeCode"], (string?)health["detail"]!["statusCode"], (string?)health["detail"]!["startTime"]));
        Assert.Equal(instance, (string?)health["detail"]!["affectedEntities"]![0]!["entityValue"]);
        _rig.Advance(86400);

        Assert.Equal(InstanceState.Stopping, Ec2.Find(instance)!.State);
        Assert.StartsWith("[Completed] ", Assert.Single(Ec2.DescribeInstanceStatus([instance], includeAllInstances: true).Items[0].Events).Description, StringComparison.Ordinal);
        Assert.Equal("closed", (string?)_rig.Events("AWS Health Event")[^1]["detail"]!["statusCode"]);
    }

    [Fact]
    public void A_canceled_event_does_not_happen_and_says_so()
    {
        var instance = Running();
        var scheduled = Ec2.Interruptions.ScheduleEvent(instance, "instance-stop", AwsRig.Start.AddHours(1));
        Ec2.Interruptions.CancelEvent(instance, scheduled.EventId);
        _rig.Advance(3600);

        Assert.Equal(InstanceState.Running, Ec2.Find(instance)!.State);
        Assert.StartsWith("[Canceled] ", Ec2.Find(instance)!.Events[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Capacity_taken_back_names_its_time_and_keeps_it()
    {
        var instance = Running();
        Ec2.Interruptions.CapacityReclaim(instance);
        _rig.Advance(120);

        Assert.Equal("2026-11-22T15:42:07Z", (string?)Assert.Single(_rig.Events("EC2 Capacity Reservation Instance Interruption Warning"))["detail"]!["instance-termination-time"]);
        Assert.Equal(InstanceState.ShuttingDown, Ec2.Find(instance)!.State);
    }

    [Theory]
    [InlineData("terminate", "marked-for-termination", "instance-terminated-no-capacity")]
    [InlineData("stop", "marked-for-stop", "instance-stopped-no-capacity")]
    [InlineData("hibernate", "instance-stopped-no-capacity", "instance-stopped-no-capacity")]
    public void A_spot_request_says_at_once_that_its_instance_is_marked_and_later_why_it_went(string action, string marked, string gone)
    {
        var instance = Ec2.Launch(new() { AlreadyRunning = true, IsSpot = true }).InstanceId;
        Assert.Equal(("active", "fulfilled"), Request());
        Ec2.Interruptions.SpotReclaim(instance, action);
        Assert.Equal(marked, Request().Code);
        _rig.Advance(120);

        Assert.Equal(gone, Request().Code);

        (string State, string Code) Request() => Assert.Single(Ec2.DescribeSpotInstanceRequests(filters: [new("instance-id", instance)]).Items).SpotStatus is var status ? (status!.State, status.Code) : default;
    }

    [Fact]
    public void An_instance_that_a_user_terminates_has_a_request_that_says_so_and_one_that_is_not_spot_has_none()
    {
        var spot = Ec2.Launch(new() { AlreadyRunning = true, IsSpot = true }).InstanceId;
        Running();
        Ec2.TerminateInstances(spot);

        Assert.Equal("instance-terminated-by-user", Assert.Single(Ec2.DescribeSpotInstanceRequests().Items).SpotStatus!.Code);
        Assert.Equal("InvalidSpotInstanceRequestID.NotFound", Assert.Throws<AwsError>(() => Ec2.DescribeSpotInstanceRequests(["sir-1"])).Code);
    }

    [Fact]
    public void A_machine_takes_its_own_time_to_go_down()
    {
        var instance = Ec2.Launch(new() { AlreadyRunning = true, ShutdownTime = TimeSpan.FromSeconds(80) }).InstanceId;
        Ec2.TerminateInstances(instance);
        _rig.Advance(79);
        Assert.Equal(InstanceState.ShuttingDown, Ec2.Find(instance)!.State);
        _rig.Advance(1);

        Assert.Equal(InstanceState.Terminated, Ec2.Find(instance)!.State);
    }

    // NotBefore is "the earliest", NotAfter "the latest" moment of the event: it may happen anywhere between, and an overdue one later still.
    [Fact]
    public void An_overdue_event_is_listed_while_the_machine_runs_and_happens_when_it_happens()
    {
        var instance = Running();
        Ec2.Interruptions.ScheduleEvent(instance, "instance-stop", AwsRig.Start.AddHours(-2), AwsRig.Start.AddHours(1), happens: AwsRig.Start.AddMinutes(30), isSilent: true);
        _rig.Advance(1799);
        Assert.Equal(InstanceState.Running, Ec2.Find(instance)!.State);
        Assert.Equal(AwsRig.Start.AddHours(-2), Assert.Single(Ec2.DescribeInstanceStatus([instance]).Items[0].Events).NotBefore);
        Assert.Empty(_rig.Events("AWS Health Event"));
        _rig.Advance(1);

        Assert.Equal(InstanceState.Stopping, Ec2.Find(instance)!.State);
    }

    [Fact]
    public void A_reclaim_may_come_later_than_it_was_announced()
    {
        var instance = Running();
        Ec2.Interruptions.SpotReclaim(instance, late: TimeSpan.FromMinutes(3));
        _rig.Advance(299);
        Assert.Equal(InstanceState.Running, Ec2.Find(instance)!.State);
        _rig.Advance(1);

        Assert.Equal(InstanceState.ShuttingDown, Ec2.Find(instance)!.State);
    }

    [Fact]
    public void Unknown_ids_fail_the_call_but_only_miss_a_filter()
    {
        var instance = Running();
        Assert.Equal(instance, Assert.Single(Ec2.DescribeInstances(filters: [new("instance-id", instance, "i-0bad")]).Items).InstanceId);
        var refused = Assert.Throws<AwsError>(() => Ec2.DescribeInstances([instance, "i-0bad"]));
        Assert.Equal(("InvalidInstanceID.NotFound", "The instance ID 'i-0bad' does not exist"), (refused.Code, refused.Message));
        Assert.Equal("InvalidInstanceID.Malformed", Assert.Throws<AwsError>(() => Ec2.DescribeInstances(["nonsense"])).Code);
        Assert.Equal("InvalidParameterValue", Assert.Throws<AwsError>(() => Ec2.DescribeInstances(filters: [new("colour", "red")])).Code);
    }

    [Fact]
    public void Filters_are_all_demanded_and_their_values_are_alternatives()
    {
        var instance = Ec2.Launch(new() { AlreadyRunning = true, IsSpot = true, Tags = new Dictionary<string, string> { ["team"] = "a" } });
        Ec2.Launch(new() { AlreadyRunning = true });

        Assert.All(
            (Ec2Filter[][])[[new("tag:team", "a", "b")], [new("tag-key", "team")], [new("private-dns-name", instance.PrivateDnsName)], [new("instance-lifecycle", "spot"), new("instance-state-name", "running")], [new("tag:team", "?")]],
            filters => Assert.Equal(instance.InstanceId, Assert.Single(Ec2.DescribeInstances(filters: filters).Items).InstanceId));
        Assert.Empty(Ec2.DescribeInstances(filters: [new("tag:team", "a"), new("instance-state-name", "stopped")]).Items);
    }

    [Fact]
    public void Answers_come_in_pages_and_can_lag()
    {
        var first = Running();
        _rig.Advance(60);
        var second = Running();
        var page = Ec2.DescribeInstances(maxResults: 1);
        Assert.Equal([first], page.Items.Select(instance => instance.InstanceId));
        Assert.Equal([second], Ec2.DescribeInstances(maxResults: 1, nextToken: page.NextToken).Items.Select(instance => instance.InstanceId));
        Ec2.DescribeLag = TimeSpan.FromSeconds(30);
        Ec2.StopInstances(first);

        Assert.Equal([(first, InstanceState.Running)], Ec2.DescribeInstances().Items.Select(instance => (instance.InstanceId, instance.State)));
    }

    public void Dispose() => _rig.Dispose();

    private string Running() => Ec2.Launch(new() { AlreadyRunning = true }).InstanceId;

    private IEnumerable<string?> States() => _rig.Events("EC2 Instance State-change Notification").Select(body => (string?)body["detail"]!["state"]);
}
