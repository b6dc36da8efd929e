using System.CommandLine;
using DrainerFunction.Sandbox;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.Sandbox;

/// <summary>The options out of which the sandbox makes a world, and what it answers to wrong ones.</summary>
public sealed class CustomScenarioTests
{
    private const string Spot = """{"detail-type":"EC2 Spot Instance Interruption Warning","source":"aws.ec2","time":"2026-08-27T13:19:03Z","detail":{"instance-id":"i-0a1b2c3d4e5f60718"}}""";
    private static readonly DateTimeOffset Now = new(2027, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void So_many_nodes_are_reclaimed_and_must_be_drained()
    {
        var scenario = CustomScenario.Of(3, 7, null);

        Assert.Equal(["node-1", "node-2", "node-3"], scenario.Events.Select(happening => happening.Spot));
        Assert.All(scenario.Workloads, workload => Assert.Equal(7, workload.Replicas));
        Assert.All(scenario.Expect.Nodes.Values, end => Assert.Equal("drained", end));
        ScenarioRules.Check(scenario, "options");
    }

    [Fact]
    public void A_body_goes_into_the_queue_as_if_it_happened_now()
    {
        var message = Assert.Single(CustomScenario.Messages(Spot, Now));

        Assert.Equal("NormalQueue", message.Queue);
        Assert.Equal(Spot.Replace("2026-08-27T13:19:03Z", "2027-01-02T03:04:05Z", StringComparison.Ordinal), message.Body);
    }

    [Fact]
    public void Of_records_each_body_goes_into_the_queue_that_it_came_from()
    {
        var records = $$"""{"Records":[{"body":"one","eventSourceARN":"arn:aws:sqs:eu-west-1:1:drainer-urgent"},{"body":"two","eventSourceARN":"arn:aws:sqs:eu-west-1:1:drainer"}]}""";

        Assert.Equal([("UrgentQueue", "one"), ("NormalQueue", "two")], CustomScenario.Messages(records, Now).Select(message => (message.Queue, message.Body!)));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"Records":[{"no":"body"}]}""")]
    [InlineData("""{"Records":3}""")]
    public void What_is_neither_is_sent_as_it_is(string text) =>
        Assert.Equal(text, Assert.Single(CustomScenario.Messages(text, Now)).Body);

    [Fact]
    public void All_times_of_a_message_move_with_its_own() =>
        Assert.Equal(
            """{"time":"2027-01-02T03:04:05Z","detail":{"startTime":"Sat, 02 Jan 2027 05:04:05 GMT","end":"2027-01-02T03:06:05Z"}}""",
            MovedTimes.To(Now, """{"time":"2026-08-27T13:19:03Z","detail":{"startTime":"Thu, 27 Aug 2026 15:19:03 GMT","end":"2026-08-27T13:21:03.000Z"}}"""));

    [Fact]
    public void The_instances_groups_and_hooks_that_messages_name_are_there()
    {
        var body = """{"Message":"{\"EC2InstanceId\":\"i-0a1b2c3d4e5f60718\",\"AutoScalingGroupName\":\"workers\",\"LifecycleHookName\":\"drain\",\"LifecycleTransition\":\"autoscaling:EC2_INSTANCE_TERMINATING\"}"}""";
        var scenario = CustomScenario.Of(null, 1, [new() { Body = body }]);

        var group = Assert.Single(scenario.Groups);
        Assert.Equal(("workers", "i-0a1b2c3d4e5f60718", "drain", "terminate"), (group.Name, Assert.Single(group.Ids), Assert.Single(group.Hooks).Name, group.Hooks[0].On));
        ScenarioRules.Check(scenario, "options");
    }

    [Theory]
    [InlineData("--nodes 0", "whole number from 1")]
    [InlineData("--nodes many", "'many'")]
    [InlineData("--pods -1", "whole number from 0")]
    [InlineData("--jobs 0", "whole number from 1")]
    [InlineData("--kill-every 0", "whole number from 1")]
    [InlineData("--speed 0", "above 0")]
    [InlineData("--speed fast", "'fast'")]
    [InlineData("--seed -1", "whole number from 0")]
    [InlineData("--kill-at 7", "'7' is no kill point")]
    [InlineData("--faults throttle:kubernetes", "too-many-requests")]
    [InlineData("--faults Throttle", "throttle:ec2*3")]
    [InlineData("--event /nonesuch", "no such file")]
    [InlineData("--json /nonesuch/x.json", "no such folder")]
    [InlineData("--scenario spot --pods 3", "--pods makes a world of its own")]
    [InlineData("--serve --kill-every 3", "cannot be combined with --serve")]
    [InlineData("--dry-run", "--scenario dry-run")]
    [InlineData("--scenario spot --dry-run", "belongs to --serve and --kubeconfig")]
    [InlineData("--serve --context prod", "--kubeconfig, which is missing")]
    public void A_wrong_option_is_answered_with_what_would_be_right(string options, string said)
    {
        var parsed = new CommandLine().Root((_, _) => Task.FromResult(0), (_, _) => Task.FromResult(0)).Parse(options);

        Assert.Contains(said, string.Join('\n', parsed.Errors.Select(error => error.Message)), StringComparison.Ordinal);
    }
}
