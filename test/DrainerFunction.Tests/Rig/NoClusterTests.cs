using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

public sealed class NoClusterTests
{
    [Fact]
    public void An_instance_whose_cluster_nobody_names_is_kept_for_the_operator_and_the_log_says_what_to_set()
    {
        using var run = new InProcessRun(ScenarioFiles.Parse(
            """
            name: no-cluster
            limit: 30m
            function: { environment: { CLUSTER_NAME: "" } }
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 3600s }] }
            workloads: [{ name: web, on: victim }]
            events: [{ at: 1s, scale-in: victim }]
            expect:
              nodes: { victim: untouched, refuge: untouched }
              dead-letters: 1
              logs: ["no tag of the instance names a cluster and CLUSTER_NAME is not set"]
            """,
            "no-cluster"));
        run.Stage.Home.Ec2.DeleteTags([run.Stage.Instance("victim").InstanceId], ["kubernetes.io/cluster/shop"]);

        var end = run.PlayToEnd();

        Assert.True(end.IsGood, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}\n{run.History}");
        Assert.All(run.Stage.Home.AutoScaling.Actions, action => Assert.True(action.IsActive));
    }

    [Fact]
    public void An_instance_that_no_tag_connects_with_a_cluster_or_with_us_is_somebody_elses()
    {
        using var run = Rehearsal.PlayedWell(
            """
            name: no-cluster-no-tag
            limit: 30m
            function: { environment: { CLUSTER_NAME: "", CHECK_TAG_BEFORE_DRAINING: "false" } }
            clusters: [{ name: shop }]
            groups:
              - { name: workers, cluster: shop, managed: false, spot: true, instances: [victim, refuge] }
            workloads: [{ name: web, on: victim }]
            events: [{ at: 1s, message: { queue: UrgentQueue, body: '{"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602","time":"{now}","account":"{account}","region":"{region}","resources":[],"source":"aws.ec2","detail-type":"EC2 Spot Instance Interruption Warning","detail":{"instance-id":"{instance:victim}","instance-action":"terminate"}}' } }]
            expect: { nodes: { victim: untouched, refuge: untouched }, logs: ["or marks it as managed"] }
            """,
            run => run.Stage.Home.Ec2.DeleteTags([run.Stage.Instance("victim").InstanceId], ["kubernetes.io/cluster/shop"]));
    }
}
