using DrainerFunction.Sandbox.Scenarios;
using static DrainerFunction.Rig.CheckScene;

namespace DrainerFunction.Rig;

/// <summary>What a check says of the set-up of a world: of one that is right a line, of each problem a sentence and what mends it.</summary>
public sealed class CheckTests
{
    private const string Webhook = """
              ---
              apiVersion: admissionregistration.k8s.io/v1
              kind: ValidatingWebhookConfiguration
              metadata: { name: guard }
              webhooks:
                - { name: guard.example.com, failurePolicy: Fail, timeoutSeconds: 30, rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods/eviction] }] }
        """;

    private const string TerminationHandler = """
              ---
              apiVersion: apps/v1
              kind: DaemonSet
              metadata: { name: nth, namespace: kube-system }
              spec:
                selector: { matchLabels: { app.kubernetes.io/name: aws-node-termination-handler } }
                template:
                  metadata: { labels: { app.kubernetes.io/name: aws-node-termination-handler } }
                  spec: { containers: [{ name: nth, image: nth }], tolerations: [{ operator: Exists }] }
        """;

    /// <summary>What is changed in the right world, the finding's id, its sentence and its mend.</summary>
    public static TheoryData<string, string, string, string, string> SetUp => new()
    {
        { "check-role: true", "check-role: true\n    access: false", "access-entry", "does not recognize the function's role", "aws eks create-access-entry --region eu-west-1 --cluster-name shop" },
        { "check-role: true", "check-role: true\n    endpoint: unreachable", "cluster-reachable", "could not be reached", "SubnetIds" },
        { "check-role: true", "check-role: true\n    without: [create pods/eviction, list policy/poddisruptionbudgets]", "cluster-rights", "may not do there: create pods/eviction, list policy/poddisruptionbudgets", "kubectl apply -f deploy/rbac.yaml" },
        { "check-role: true", "check-role: true\n    admission: false", "admission-policies", "No admission policy guards", "kubectl apply -f deploy/admission.yaml" },
        { "check-role: true", $"check-role: true\n    objects: |\n{Webhook}", "admission-webhooks", "guard.example.com (30 s)", "failurePolicy: Ignore" },
        { "check-role: true", $"check-role: true\n    objects: |\n{Webhook.Replace("[CREATE], resources: [pods/eviction]", "[UPDATE], resources: [nodes]", StringComparison.Ordinal)}", "admission-webhooks", "may be asked about evictions or nodes", "matchConditions" },
        { "check-role: true", $"check-role: true\n    objects: |\n{TerminationHandler}", "termination-handler", "AWS Node Termination Handler runs there (2 pods)", "helm uninstall" },
        { "instances: []", "instances: [{ name: stray, cluster: shop, managed: false }]", "nodes-managed", "1 node is on an instance without the tag", "aws ec2 create-tags" },
        { "instances: []", "function: { environment: { CLUSTER_NAME: other } }\ninstances: []", "cluster-described", "EKS reports no cluster other", "Correct CLUSTER_NAME" },
        { "instances: []", "events: [{ at: 0s, fault: { kind: denied, service: eks, operation: DescribeCluster } }]\ninstances: []", "cluster-described", "is not allowed to call eks:DescribeCluster", "Allow eks:DescribeCluster" },
        { "instances: []", "events: [{ at: 0s, fault: { kind: denied, service: ec2, operation: DescribeInstances } }]\ninstances: []", "aws-calls", "is not allowed to call ec2:DescribeInstances", "as template.yaml does" },
        { "instances: []", "function: { environment: { DRY_RUN: \"true\" } }\ninstances: []", "nodes-are-drained", "DRY_RUN is true", "DryRun" },
        { "instances: []", "function: { environment: { CORDON_ONLY: \"true\" } }\ninstances: []", "nodes-are-drained", "their pods end with the machine", "CordonOnly" },
        { "instances: []", "function: { environment: { ACTION_SPOT_RECLAIM: cordon } }\ninstances: []", "nodes-are-drained", "ACTION_SPOT_RECLAIM is cordon", "ActionSpotReclaim" },
        { "instances: []", "function: { parameters: { AlarmTopicArn: \"\" } }\ninstances: []", "alarms", "notify nothing", "AlarmTopicArn" },
        { "instances: []", "mapping: { disabled: [UrgentQueue] }\ninstances: []", "mapping-enabled", "Its event source mapping is disabled", "aws lambda update-event-source-mapping --region eu-west-1" },
        { "instances: []", "function: { disabled-rules: [SpotReclaimRule] }\ninstances: []", "rule-enabled", "Rule SpotReclaimRule is disabled", "aws events enable-rule --region eu-west-1 --name SpotReclaimRule" },
        { "instances: []", "function: { disabled-rules: [TerminationRule] }\ninstances: []", "hook-rule-enabled", "unless the lifecycle hooks notify the queue themselves", "aws events enable-rule" },
        { "cluster: shop, instances", "cluster: shop, tagged-by: template, instances", "group-tag", "Its instances carry the tag", "aws autoscaling create-or-update-tags --region eu-west-1 --tags ResourceId=workers" },
        { "cluster: shop, instances", "cluster: shop, tagged-by: group-alone, instances", "tag-propagation", "is not propagated to new instances (without it now: 2)", "PropagateAtLaunch=true" },
        { "hooks: [{ name: drain, heartbeat: 300s }]", "hooks: []", "termination-hook", "has no termination hook for this function", "aws autoscaling put-lifecycle-hook --region eu-west-1 --auto-scaling-group-name workers" },
        { "heartbeat: 300s", "heartbeat: 45s", "hook-timeout", "waits 45 s for a heartbeat", "--heartbeat-timeout 300" },
        { "heartbeat: 300s", "heartbeat: 3h", "hook-timeout", "waits 10800 s for a heartbeat", "--heartbeat-timeout 300" },
        { "heartbeat: 300s", "heartbeat: 300s, default: ABANDON", "hook-default-result", "ends with ABANDON", "--default-result CONTINUE" },
        { "heartbeat: 300s }", "heartbeat: 300s }, { name: Terminate-LC-Hook }", "several-hooks", "2 lifecycle hooks hold its terminations (Terminate-LC-Hook, drain)", "aws autoscaling delete-lifecycle-hook" },
        { "cluster: shop, instances", "cluster: shop, spot: true, instances", "capacity-rebalance", "rebalance recommendations are ignored", "aws autoscaling update-auto-scaling-group --region eu-west-1 --auto-scaling-group-name workers --capacity-rebalance" },
    };

    [Fact]
    public void A_cluster_that_is_right_says_so_in_one_line()
    {
        var check = Asked(Right);

        Assert.True((bool)check["ok"]!, check.ToJsonString());
        Assert.Equal(
            ["The set-up is right and every workload is ready for a two-minute notice.", "Cluster shop is right: nothing to mend in its set-up, and all 2 pods on 2 managed nodes are ready for a two-minute notice."],
            check["summary"]!.AsArray().Select(sentence => sentence!.ToString()));
        Assert.All(check["setup"]!.AsArray(), subject => Assert.Empty(subject!["findings"]!.AsArray()));
    }

    [Theory, MemberData(nameof(SetUp))]
    public void A_problem_of_the_set_up_is_told_with_what_mends_it(string right, string wrong, string id, string sentence, string mend)
    {
        var check = Asked(Changed(right, wrong));

        var found = Assert.Single(Findings(check), finding => finding!["id"]!.ToString() == id)!;
        Assert.Equal("problem", found["state"]!.ToString());
        Assert.Contains(sentence, found["sentence"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains(mend, found["mend"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(found["severity"]!.ToString() is "warning", (bool)check["ok"]!);
    }

    [Fact]
    public void A_mapping_that_asks_for_no_failures_is_told_for_each_queue()
    {
        var check = Asked(Changed("instances: []", "mapping: { reports-failures: false }\ninstances: []"));

        Assert.Equal(2, Findings(check).Count(finding => finding["id"]!.ToString() == "mapping-reports-failures" && finding["mend"]!.ToString().Contains("ReportBatchItemFailures", StringComparison.Ordinal)));
        Assert.False((bool)check["ok"]!);
    }

    [Fact]
    public void Capacity_rebalancing_that_is_off_is_told_by_what_a_recommendation_would_do()
    {
        var scenario = Changed("cluster: shop, instances", "cluster: shop, spot: true, instances").Replace("instances: []", "function: { environment: { ACTION_REBALANCE_RECOMMENDATION: drain } }\ninstances: []", StringComparison.Ordinal);

        Assert.Contains("no replacement is launched", Assert.Single(Findings(Asked(scenario)), finding => finding["id"]!.ToString() == "capacity-rebalance")["sentence"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_that_is_asked_for_and_not_served_is_told()
    {
        var scenario = Changed("instances: []", "function: { environment: { CLUSTER_NAME: other } }\ninstances: []");

        var found = Assert.Single(Findings(Asked(scenario, """{"check":{"cluster":"shop"}}""")), finding => finding["id"]!.ToString() == "cluster-known");
        Assert.Equal(("CLUSTER_NAME does not list shop: interruptions of its instances are ignored.", "error"), (found["sentence"]!.ToString(), found["severity"]!.ToString()));
        Assert.Contains("ClusterNames", found["mend"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Dead_letters_that_wait_are_counted()
    {
        var check = Asked(Changed("instances: []", "events: [{ at: 1s, message: { queue: DeadLetterQueue, body: \"{}\" } }]\nexpect: { dead-letters: 1 }\ninstances: []"));

        var found = Assert.Single(Findings(check), finding => finding["id"]!.ToString() == "dead-letters");
        Assert.StartsWith("1 message in the dead-letter queue", found["sentence"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lambda", "ListEventSourceMappings", "mapping-enabled mapping-reports-failures rule-enabled")]
    [InlineData("events", "ListRuleNamesByTarget", "rule-enabled")]
    [InlineData("sqs", "GetQueueAttributes", "dead-letter-queue rule-enabled")]
    [InlineData("monitoring", "DescribeAlarmsForMetric", "alarms")]
    [InlineData("autoscaling", "DescribeLifecycleHooks", "hook-default-result hook-timeout several-hooks termination-hook")]
    public void What_a_call_that_is_denied_would_have_told_is_not_checked(string service, string operation, string ids)
    {
        var check = Asked(Changed("instances: []", $"events: [{{ at: 0s, fault: {{ kind: denied, service: {service}, operation: {operation} }} }}]\ninstances: []"));

        Assert.Equal(ids.Split(' '), Findings(check).Select(finding => finding["id"]!.ToString()).Distinct().Order());
        Assert.All(Findings(check), finding => Assert.Equal("notChecked", finding["state"]!.ToString()));
    }

    [Fact]
    public void A_managed_instance_that_is_no_node_is_told_once_it_had_time_to_boot()
    {
        var scenario = Changed("cluster: shop, instances: [one, two]", "cluster: shop, instances: [one, two], joined: false").Replace("on: one }", "}", StringComparison.Ordinal);

        Assert.Contains(Findings(Asked(scenario, at: 1200)), finding => finding["id"]!.ToString() == "instances-joined" && finding["sentence"]!.ToString().StartsWith("2 managed instances name this cluster and are none of its nodes", StringComparison.Ordinal));
        Assert.DoesNotContain(Findings(Asked(scenario)), finding => finding["id"]!.ToString() == "instances-joined");
    }

    [Fact]
    public void A_check_sees_what_was_changed_since_the_one_before()
    {
        var scenario = ScenarioFiles.Parse(Changed("instances: []", "events: [{ at: 2s, invoke: '{\"check\":{}}' }, { at: 3s, delete-hook: { group: workers, hook: drain } }]\ninstances: []"), "inline");

        using var run = Run(scenario, """{"check":{}}""", 4);

        Assert.Equal(
            [false, true],
            run.World.Tape.Happenings.Where(happening => happening is { Area: "lambda", What: "answered" }).Select(happening => happening.Text.Contains("termination hook for this function", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_role_may_not_read_is_not_checked_and_never_right()
    {
        var check = Asked(Changed("check-role: true", "check-role: false"));

        Assert.Equal(
            ["admission-policies notChecked", "admission-webhooks notChecked"],
            Findings(check).Select(finding => $"{finding["id"]} {finding["state"]}").Order());
        Assert.True((bool)check["ok"]!);
        Assert.Equal(2, (int)check["notChecked"]!);
    }

    [Fact]
    public void A_cluster_whose_pods_may_not_be_listed_is_never_ok()
    {
        var check = Asked(Changed("check-role: true", "check-role: true\n    without: [list pods]"));

        Assert.Equal("notChecked", check["clusters"]![0]!["verdict"]!.ToString());
        Assert.Contains(Findings(check), finding => finding["id"]!.ToString() == "cluster-read" && finding["state"]!.ToString() == "notChecked");
        Assert.False((bool)check["ok"]!);
    }

    [Fact]
    public void A_check_that_runs_out_of_time_says_what_it_did_not_look_at()
    {
        var check = Asked(Changed("check-role: true", "check-role: true\n    answers-in: 20s"));

        Assert.False((bool)check["ok"]!);
        Assert.Equal("notChecked", check["clusters"]![0]!["verdict"]!.ToString());
        Assert.Contains(Findings(check), finding => finding["state"]!.ToString() == "notChecked" && finding["sentence"]!.ToString().Contains("ran out of time", StringComparison.Ordinal));
    }

    [Fact]
    public void A_check_writes_nothing_to_aws_or_to_a_cluster()
    {
        using var run = Run(Right, """{"check":{}}""", 2);

        Assert.NotEmpty(run.AwsCalls);
        Assert.DoesNotContain(run.AwsCalls, call => !call.Contains(":Describe", StringComparison.Ordinal) && !call.Contains(":List", StringComparison.Ordinal) && !call.Contains(":Get", StringComparison.Ordinal));
        var cluster = run.Stage.Clusters["shop"].Cluster;
        var asked = cluster.Api.Requests.Where(request => request.User.IsIn(cluster.Settings.JudgedGroup)).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, request => Assert.True(request is { Verb: "get" or "list" } or { Verb: "create", Resource: "selfsubjectaccessreviews" }, $"{request.Verb} {request.Resource}"));
    }

    [Fact]
    public void A_check_writes_one_line_and_one_for_each_cluster()
    {
        using var run = Run(Changed("on: one }", "on: one, grace: 600s }"), """{"check":{}}""", 2);

        var lines = run.Lines.Where(line => line["event"]?.ToString().StartsWith("check", StringComparison.Ordinal) is true).ToList();
        Assert.Equal(["check", "checkCluster"], lines.Select(line => line["event"]!.ToString()));
        Assert.Equal((false, 0, 2), ((bool)lines[0]["ok"]!, (int)lines[0]["CheckProblems"]!, (int)lines[0]["PodsNotReady"]!));
        Assert.Equal(("shop", 2, "wouldBeCut"), (lines[1]["ClusterName"]!.ToString(), (int)lines[1]["PodsNotReady"]!, lines[1]["verdict"]!.ToString()));
    }

    [Theory]
    [InlineData("""{"check":{"cluster":"a b"}}""", "check.cluster must be the name of an EKS cluster")]
    [InlineData("""{"check":{"format":"html"}}""", "check.format must be json or text")]
    [InlineData("""{"check":{"clusters":"shop"}}""", "\"clusters\"")]
    public void A_wrong_question_is_told_what_would_be_right(string payload, string said)
    {
        using var run = Run(Right, payload, 2, isAnswered: false);

        Assert.Contains(said, Answer(run), StringComparison.Ordinal);
    }
}
