namespace DrainerFunction.Aws;

/// <summary>Auto Scaling's calls as they go over the wire.</summary>
public sealed class AutoScalingGroupsTests : IDisposable
{
    private readonly ScriptedAws _aws = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task A_lifecycle_action_is_completed_by_a_signed_query()
    {
        _aws.Xml("<CompleteLifecycleActionResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><CompleteLifecycleActionResult/></CompleteLifecycleActionResponse>");

        Assert.True(await _aws.Region().AutoScaling.CompleteLifecycleActionAsync(new("g 1", "h", "i-1", "t"), LifecycleResult.Continue, Stop));

        var asked = Assert.Single(_aws.Http.Seen);
        Assert.Equal("https://autoscaling.eu-west-1.amazonaws.com/", asked.Uri.AbsoluteUri);
        Assert.Equal(
            "Action=CompleteLifecycleAction&AutoScalingGroupName=g%201&InstanceId=i-1&LifecycleActionResult=CONTINUE&LifecycleActionToken=t&LifecycleHookName=h&Version=2011-01-01",
            string.Join('&', asked.Body.Split('&').Order(StringComparer.Ordinal)));
        Assert.Contains("Credential=AKID/", asked.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Contains("/eu-west-1/autoscaling/aws4_request", asked.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_active_lifecycle_action_is_an_answer_and_no_failure(bool complete)
    {
        _aws.Error("ValidationError", "No active Lifecycle Action found with instance ID i-1");
        var hooked = new LifecycleActionRef("g", "h", "i-1", null);

        Assert.False(complete
            ? await _aws.Region().AutoScaling.CompleteLifecycleActionAsync(hooked, LifecycleResult.Abandon, Stop)
            : await _aws.Region().AutoScaling.RecordLifecycleActionHeartbeatAsync(hooked, Stop));
        Assert.DoesNotContain("LifecycleActionToken", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_validation_error_is_one()
    {
        _aws.Error("ValidationError", "AutoScalingGroup name not found");

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region().AutoScaling.RecordLifecycleActionHeartbeatAsync(new("g", "h", "i-1", null), Stop));

        Assert.Equal((AwsRefusal.Invalid, "ValidationError", "autoscaling:RecordLifecycleActionHeartbeat"), (refused.Refusal, refused.Code, refused.Operation));
    }

    [Fact]
    public async Task Instances_of_groups_are_asked_for_fifty_at_a_time()
    {
        _aws.Xml(ScriptedAws.Instances("i-0"));
        _aws.Xml(ScriptedAws.Instances("i-50"));

        var found = await _aws.Region().AutoScaling.DescribeInstancesAsync([.. Enumerable.Range(0, 51).Select(i => $"i-{i}")], Stop);

        Assert.Equal([new("i-0", "g", "Terminating:Wait"), new("i-50", "g", "Terminating:Wait")], found);
        Assert.Contains("InstanceIds.member.50=i-49", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("InstanceIds.member.1=i-50", _aws.Http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_are_read_page_by_page()
    {
        _aws.Xml(Groups("a", "<NextToken>n1</NextToken>"));
        _aws.Xml(Groups("b", "").Replace("<Tags>", "<WarmPoolConfiguration><PoolState>Stopped</PoolState></WarmPoolConfiguration><Tags>", StringComparison.Ordinal));

        var groups = await _aws.Region().AutoScaling.DescribeAllGroupsAsync(Stop);

        Assert.Equal([false, true], groups.Select(group => group.HasWarmPool));

        Assert.Equal(["a", "b"], groups.Select(group => group.Name));
        Assert.True(groups[0].CapacityRebalance);
        Assert.Equal("v", groups[0].Tags["k"]);
        Assert.Equal(new GroupInstance("i-1", "a", "InService"), Assert.Single(groups[0].Instances));
        Assert.Contains("NextToken=n1", _aws.Http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warm_pool_is_read_page_by_page()
    {
        _aws.Xml(WarmPool("i-1", "Warmed:Pending:Wait", "<NextToken>n1</NextToken>"));
        _aws.Xml(WarmPool("i-2", "Warmed:Stopped", ""));

        var warm = await _aws.Region().AutoScaling.DescribeWarmPoolAsync("g", Stop);

        Assert.Equal([new("i-1", "g", "Warmed:Pending:Wait"), new("i-2", "g", "Warmed:Stopped")], warm);
        Assert.Contains("Action=DescribeWarmPool", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("AutoScalingGroupName=g", _aws.Http.Seen[1].Body, StringComparison.Ordinal);
        Assert.Contains("NextToken=n1", _aws.Http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hooks_come_with_their_times()
    {
        _aws.Xml("""
            <DescribeLifecycleHooksResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeLifecycleHooksResult><LifecycleHooks><member>
            <GlobalTimeout>172800</GlobalTimeout><DefaultResult>ABANDON</DefaultResult><HeartbeatTimeout>300</HeartbeatTimeout><AutoScalingGroupName>g</AutoScalingGroupName>
            <LifecycleHookName>h</LifecycleHookName><LifecycleTransition>autoscaling:EC2_INSTANCE_TERMINATING</LifecycleTransition></member></LifecycleHooks></DescribeLifecycleHooksResult></DescribeLifecycleHooksResponse>
            """);

        Assert.Equal(
            [new("h", "autoscaling:EC2_INSTANCE_TERMINATING", TimeSpan.FromMinutes(5), TimeSpan.FromHours(48), "ABANDON")],
            await _aws.Region().AutoScaling.DescribeLifecycleHooksAsync("g", Stop));
    }

    // The SDK waits up to a second before it asks again, by a clock of its own.
    [Fact]
    public async Task An_answer_that_asks_for_fewer_calls_is_counted_although_a_retry_made_it_good()
    {
        _aws.Error("Throttling", "Rate exceeded");
        _aws.Xml(ScriptedAws.Instances("i-1"));
        _aws.Error("ValidationError", "No active Lifecycle Action found with instance ID i-1");
        var clients = _aws.Clients();
        var autoScaling = clients.In(new(ScriptedAws.Ours, "eu-west-1")).AutoScaling;

        Assert.Single(await autoScaling.DescribeInstancesAsync(["i-1"], Stop));
        await autoScaling.RecordLifecycleActionHeartbeatAsync(new("g", "h", "i-1", null), Stop);

        Assert.Equal((3, 1), (_aws.Http.Seen.Count, clients.CallsThrottled));
    }

    private static string Groups(string name, string next) => $"""
        <DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>
        <AutoScalingGroupName>{name}</AutoScalingGroupName><CapacityRebalance>true</CapacityRebalance><Instances><member><InstanceId>i-1</InstanceId><LifecycleState>InService</LifecycleState></member></Instances>
        <Tags><member><Key>k</Key><Value>v</Value></member></Tags></member></AutoScalingGroups>{next}</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>
        """;

    private static string WarmPool(string id, string state, string next) => $"""
        <DescribeWarmPoolResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeWarmPoolResult><WarmPoolConfiguration><PoolState>Stopped</PoolState></WarmPoolConfiguration>
        <Instances><member><InstanceId>{id}</InstanceId><LifecycleState>{state}</LifecycleState></member></Instances>{next}</DescribeWarmPoolResult></DescribeWarmPoolResponse>
        """;
}
