namespace DrainerFunction.Rig;

/// <summary>Who ends the machine decides what is done to its pods: kind of bound, grace period and what refuses, played to the end.</summary>
public sealed class BoundKindTests
{
    private const string Grouped = "groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]";
    private const string Spot = "instances: [{ name: victim, spot: true, goes-in: 60s }, { name: refuge }]";
    private const string Held = """budgets: [{ name: web, of: web, max-unavailable: "0" }]""";
    private const string ScaleIn = "events: [{ at: 1s, scale-in: victim }]";
    private const string Reclaim = "events: [{ at: 1s, spot: victim }]";

    [Theory]
    [InlineData(Grouped, ScaleIn, "30s", 3600 - 35)]
    [InlineData(Grouped, ScaleIn, "300s", 3600 - 125)]
    [InlineData(Grouped, ScaleIn, "168h", 3600 - 125)]
    [InlineData(Spot, Reclaim, "30s", 120 - 35)]
    [InlineData(Spot, Reclaim, "300s", 120 - 65)]
    [InlineData(Spot, "events: [{ at: 1s, terminate: victim }]", "300s", 0)]
    [InlineData(Spot, "events: [{ at: 1s, maintenance: { instance: victim, code: instance-stop, in: 30m } }]", "300s", 1800)]
    [InlineData(Spot, "events: [{ at: 1s, maintenance: { instance: victim, code: instance-stop, in: 30m, happens-in: 90m } }]", "300s", 3600 - 125)]
    [InlineData(Spot, "events: [{ at: 1s, maintenance: { instance: victim, code: instance-stop, in: 30m, until: 40m, happens-in: 40m } }]", "300s", 2400 - 125)]
    [InlineData(Spot, "events: [{ at: 1s, maintenance: { instance: victim, code: instance-stop, in: -2h } }]", "30s", 3600 - 35)]
    public void A_budget_is_passed_when_the_last_resort_of_what_ends_the_machine_has_come_and_not_before(string machines, string happens, string grace, double turn)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: held
            limit: 2h
            clusters: [{ name: shop }]
            {{machines}}
            workloads: [{ name: web, replicas: 1, on: victim, grace: {{grace}}, stops-in: 5s }]
            {{Held}}
            {{happens}}
            expect: { nodes: { refuge: untouched }, budgets-bypassed: 1 }
            """);

        var deleted = run.World.Tape.Happenings.Single(one => one is { Area: "kubernetes", What: "deleted" });
        Assert.InRange((deleted.At - run.World.Tape.Happenings.First(one => one.What is "spot-reclaim" or "hook-started" or "shutting-down" or "event-scheduled").At).TotalSeconds, turn - 2.5, turn + 3);
    }

    // What denies evictions and what fails is passed as a budget is.
    [Theory]
    [InlineData("{ at: 0s, webhook: { name: evictions.policy.example.com, on: pods/eviction, says: not today } }", "bypassing the refusal of evictions.policy.example.com")]
    [InlineData("{ at: 0s, fault: { kind: status, service: kubernetes, operation: create pods/eviction, status: 504, for: 1h } }", "bypassing failed requests: Cluster shop: The eviction was answered 504")]
    public void Whatever_refuses_is_passed_in_the_last_resort_and_the_line_says_past_what(string refuses, string told)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: refused
            clusters: [{ name: shop }]
            {{Spot}}
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 5s }]
            events: [{{refuses}}, { at: 1s, spot: victim }]
            expect: { nodes: { victim: drained, refuge: untouched } }
            """);

        Assert.Contains(told, run.Log, StringComparison.Ordinal);
    }

    // The hook leaves an hour, and the pod is told to stop with ten minutes; then EC2 takes the machine in two.
    [Fact]
    public void A_nearer_end_reaches_pods_that_are_stopping_already()
    {
        using var run = ScaledInThenReclaimed(grace: 600, stopsIn: 300, spotAt: 20);

        Assert.Contains("\"graceCut\":true", run.Log, StringComparison.Ordinal);
    }

    // The API server sets the deletionTimestamp back by ten minutes; the kubelet gives the shorter grace from when it hears of it.
    [Fact]
    public void A_pod_whose_grace_was_shortened_while_it_stopped_is_not_called_stuck_while_it_has_time()
    {
        using var run = ScaledInThenReclaimed(grace: 1800, stopsIn: 690, spotAt: 600);

        Assert.DoesNotContain("stuck terminating", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(run.World.Tape.Happenings, one => one is { What: "pod-killed-at-grace-end" });
    }

    // The namespace controller tells the pod to stop with ten minutes of grace, and lets nothing be created there: no eviction either.
    [Theory]
    [InlineData("1s", "5s")]
    [InlineData("20s", "5s")]
    public void A_pod_of_a_namespace_that_ends_is_told_to_stop_before_its_machine_does(string ends, string spot)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: namespace-ends
            clusters: [{ name: shop }]
            instances: [{ name: victim, spot: true, goes-in: 15s }, { name: refuge }]
            workloads: [{ name: web, namespace: old, replicas: 1, on: victim, grace: 600s, stops-in: 300s }]
            budgets: [{ name: web, of: web, namespace: old, max-unavailable: "0" }]
            events: [{ at: {{ends}}, delete-namespace: old }, { at: {{spot}}, spot: victim }]
            expect: { nodes: { victim: drained, refuge: untouched } }
            """);

        Assert.Contains("\"graceCut\":true", run.Log, StringComparison.Ordinal);
        Assert.Contains(run.World.Tape.Happenings, one => one is { What: "pod-killed-at-grace-end" });

        // It was stopping already: to be quicker passes nothing.
        Assert.All(run.Interruptions("victim"), line => Assert.Equal("[]", line["bypassedBudgets"]?.ToJsonString() ?? "[]"));
    }

    // Ten minutes were announced; after one somebody terminates the machine, and no event is acted on that says so.
    [Fact]
    public void A_machine_that_EC2_shows_as_going_before_its_announced_end_is_going()
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: sooner
            function: { environment: { ACTION_STATE_CHANGE: ignore } }
            clusters: [{ name: shop }]
            groups: [{ name: trainers, cluster: shop, capacity-block: cr-0a1b2c3d4e5f60718, goes-in: 4m, instances: [victim] }, { name: workers, cluster: shop, instances: [refuge] }]
            workloads: [{ name: web, replicas: 1, on: victim, stops-in: 5s }]
            {{Held}}
            events: [{ at: 1s, capacity-block-ends: cr-0a1b2c3d4e5f60718 }, { at: 60s, terminate: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, budgets-bypassed: 1, within: 3m }
            """);
    }

    [Fact]
    public void A_machine_that_runs_on_after_its_announced_end_is_going_until_it_is_off()
    {
        using var run = Rehearsal.PlayedWell("""
            name: late
            clusters: [{ name: shop }]
            instances: [{ name: victim, spot: true, goes-in: 15s }, { name: refuge }]
            workloads: [{ name: web, replicas: 1, on: victim, grace: 600s, stops-in: 500s }]
            events: [{ at: 1s, spot: victim, ends-late: 60s }]
            expect: { died-without-grace: 0 }
            """);

        Assert.DoesNotContain("\"Outcome\":\"DeadlineMissed\"", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Pods_that_are_stopping_when_a_hook_is_to_be_answered_keep_it_while_it_may_wait()
    {
        using var run = Rehearsal.PlayedWell("""
            name: stopping
            limit: 30m
            function: { environment: { MAX_DRAIN_DURATION: "300" } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 1, on: victim, grace: 600s, stops-in: 400s }]
            events: [{ at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued } }
            """);

        Assert.Contains("\"Outcome\":\"Drained\"", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_machine_is_asked_for_each_pod_past_a_budget_in_one_invocation_and_the_line_names_who_remained()
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: stopped
            clusters: [{ name: shop }]
            instances: [{ name: victim, goes-in: 1s }, { name: refuge }]
            workloads: [{ name: web, replicas: 1, on: victim, grace: 300s, stops-in: 100s }]
            {{Held}}
            events: [{ at: 1s, stop: victim, late: 3m }]
            expect: { nodes: { refuge: untouched }, died-without-grace: 1 }
            """);

        Assert.Contains("the instance ended before these pods did: default/web", run.Log, StringComparison.Ordinal);
        Assert.Single(run.World.Tape.Happenings, one => one is { Area: "kubernetes", What: "deleted" });
    }

    // Two minutes cannot be spent on hops: what could not be asked is asked again every second, and said once.
    [Theory]
    [InlineData("{ kind: throttle, service: ec2, operation: DescribeInstances, for: 40s }")]
    [InlineData("{ kind: denied, service: ec2, operation: DescribeInstances, for: 40s }")]
    [InlineData("{ kind: unavailable, service: kubernetes, for: 40s }")]
    public void A_first_look_that_fails_before_a_machine_goes_is_made_again_inside_the_invocation(string fault)
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: unanswered
            clusters: [{ name: shop }]
            {{Spot}}
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 5s }]
            events: [{ at: 0s, fault: {{fault}} }, { at: 1s, spot: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, within: 60s }
            """);

        Assert.DoesNotContain("continues in the next invocation", run.Log, StringComparison.Ordinal);
        Assert.InRange(run.Log.Split('\n').Count(line => line.Contains("\"message\":\"Deferred ", StringComparison.Ordinal)), 1, 3);
    }

    [Fact]
    public void A_server_that_asks_for_half_a_minute_is_asked_again_within_two_seconds_before_a_machine_goes()
    {
        using var run = Rehearsal.PlayedWell($$"""
            name: overloaded
            clusters: [{ name: shop }]
            {{Spot}}
            workloads: [{ name: web, replicas: 3, on: victim, stops-in: 5s }]
            events:
              - { at: 0s, fault: { kind: status, service: kubernetes, operation: list pods, status: 503, retry-after: 30s, times: 2 } }
              - { at: 0s, fault: { kind: status, service: kubernetes, operation: create pods/eviction, status: 429, reason: TooManyRequests, retry-after: 30s, times: 3 } }
              - { at: 1s, spot: victim }
            expect: { nodes: { victim: drained, refuge: untouched }, within: 25s }
            """);
    }

    // What AWS lags behind on is looked at at growing intervals, which end before the hook's bound.
    [Fact]
    public void A_hop_ends_five_seconds_before_the_bound()
    {
        using var run = Rehearsal.PlayedWell("""
            name: lags
            function: { environment: { MAX_DRAIN_DURATION: "75" } }
            clusters: [{ name: shop }]
            groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
            workloads: [{ name: web, replicas: 1, on: victim, stops-in: 2s }]
            events: [{ at: 0s, fault: { kind: denied, service: ec2, operation: DescribeInstances, for: 66s } }, { at: 1s, scale-in: victim }]
            expect: { nodes: { victim: drained, refuge: untouched }, hooks: { victim: continued }, within: 78s }
            """);
    }

    // Somebody writes a warning for a Spot instance that EC2 does not take: its pods are asked, and no budget is passed.
    [Fact]
    public void A_warning_that_the_Spot_request_does_not_confirm_passes_no_budget()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            name: forged
            limit: 20m
            clusters: [{ name: shop }]
            {{{Spot}}}
            workloads: [{ name: web, replicas: 2, on: victim, stops-in: 5s }]
            {{{Held}}}
            events:
              - at: 1s
                message: { queue: UrgentQueue, is-order: true, body: '{"version":"0","id":"12345678-1234-1234-1234-123456789012","detail-type":"EC2 Spot Instance Interruption Warning","source":"aws.ec2","account":"{account}","time":"{now}","region":"{region}","resources":[],"detail":{"instance-id":"{instance:victim}","instance-action":"terminate"}}' }
            expect: { nodes: { victim: cordoned, refuge: untouched }, not-before: 10m }
            """);

        Assert.DoesNotContain(run.World.Tape.Happenings, one => one is { Area: "kubernetes", What: "deleted" });
        Assert.Contains("Spot request is fulfilled", run.Log, StringComparison.Ordinal);
    }

    private static InProcessRun ScaledInThenReclaimed(int grace, int stopsIn, int spotAt) => Rehearsal.PlayedWell($$"""
        name: nearer
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
        workloads: [{ name: web, replicas: 1, on: victim, grace: {{grace}}s, stops-in: {{stopsIn}}s }]
        events: [{ at: 1s, scale-in: victim }, { at: {{spotAt}}s, spot: victim }]
        expect: { nodes: { victim: drained, refuge: untouched }, evictions: { web: 1 } }
        """);
}
