using DrainerFunction.Aws;

namespace DrainerFunction.Rig;

/// <summary>Walks the table of paces: an hour of each refusal of each call, as the world gives it.</summary>
public sealed class RetryPolicyTests
{
    private static readonly Dictionary<AwsRefusal, string> Faults = new()
    {
        [AwsRefusal.Denied] = "denied", [AwsRefusal.Invalid] = "invalid", [AwsRefusal.NotFound] = "not-found", [AwsRefusal.Throttled] = "throttle", [AwsRefusal.Unreachable] = "unavailable",
    };

    private static readonly Dictionary<AwsCallKind, string[]> Operations = new()
    {
        [AwsCallKind.Describe] = ["ec2/DescribeInstances", "autoscaling/DescribeAutoScalingInstances", "eks/DescribeCluster"],
        [AwsCallKind.HookTimes] = ["autoscaling/DescribeLifecycleHooks"],
        [AwsCallKind.Heartbeat] = ["autoscaling/RecordLifecycleActionHeartbeat"],
        [AwsCallKind.Complete] = ["autoscaling/CompleteLifecycleAction"],
        [AwsCallKind.Lease] = ["sqs/ChangeMessageVisibilityBatch"],
        [AwsCallKind.Forward] = ["sqs/SendMessage"],
    };

    public static TheoryData<string, string> Table()
    {
        var table = new TheoryData<string, string>();
        foreach (var call in Enum.GetValues<AwsCallKind>())
        {
            foreach (var refusal in Enum.GetValues<AwsRefusal>())
            {
                table.Add(call.ToString(), refusal.ToString());
            }
        }

        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void An_hour_of_a_refusal_has_few_calls_and_fewer_warnings(string callName, string refusalName)
    {
        var (call, refusal) = (Enum.Parse<AwsCallKind>(callName), Enum.Parse<AwsRefusal>(refusalName));
        var pace = RetryPolicy.Of(call, refusal);
        foreach (var operation in Operations[call])
        {
            // A drain that its budget holds for the hour, so that its hook, its lease and its messages are all at work.
            using var run = new InProcessRun(Sandbox.Scenarios.ScenarioFiles.Parse(
                $$"""
                name: refused-for-an-hour
                limit: 61m
                clusters: [{ name: shop }]
                groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 7200s }] }]
                workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s, starts-in: 1s }]
                {{(call is AwsCallKind.Complete ? "" : "budgets: [{ name: web, of: web, min-available: '2' }]")}}
                function: { environment: { MAX_DRAIN_DURATION: "172800", HEARTBEAT_INTERVAL: "30", LIFECYCLE_HOOKS: node-drainer } }
                events: [{ at: 0s, fault: { kind: {{Faults[refusal]}}, service: {{operation.Split('/')[0]}}, operation: {{operation.Split('/')[1]}} } }, { at: 1s, scale-in: victim }]
                expect: { not-before: 60m }
                """,
                "inline"));
            run.PlayToEnd();

            var asked = run.AwsCalls.Count(seen => seen == operation.Replace('/', ':'));
            Assert.InRange(asked, 1, MostCalls(call, pace));
            // The lines with an event are metrics: the alarms live on them.
            var loud = run.Lines.Where(line => line["event"] is null && line["level"]?.ToString() is ("WARN" or "ERROR")).ToList();
            Assert.True(loud.Count <= 12, $"{operation} {refusal}: {loud.Count} lines\n{string.Join('\n', loud.Select(line => line["message"]))}");
        }
    }

    // Within an invocation it begins with the shortest wait and goes on at the longest; between two it is the hop that rests. What
    // is delivered again has five receives.
    private static int MostCalls(AwsCallKind call, RetryPolicy pace) => (call, pace.Place) switch
    {
        (_, RetryPlace.Redelivery) => 10,
        (AwsCallKind.HookTimes, RetryPlace.NextHop) => 240,
        (_, RetryPlace.Here) => (int)(3600 / pace.Longest.TotalSeconds) + 40 + (60 * (int)Math.Ceiling(Math.Log2(pace.Longest / pace.First))),
        _ => 3 * ((3600 / (int)pace.Longest.TotalSeconds) + 10),
    };
}
