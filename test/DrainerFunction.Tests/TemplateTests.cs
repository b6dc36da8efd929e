using System.Text.Json.Nodes;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction;

/// <summary>template.yaml and the function agree.</summary>
public sealed class TemplateTests
{
    // What holds tokens belongs into SSM, not into a function's configuration.
    private static readonly string[] ByHandOnly = ["WEBHOOK_URL", "WEBHOOK_HEADERS", "WEBHOOK_TEMPLATE", "WEBHOOK_PROXY"];

    public static TheoryData<string, string> Extremes => [.. from parameter in Stack.Parameters
        from key in (string[])["AllowedValues", "MinValue", "MaxValue"]
        where parameter.Value.Children.ContainsKey(key)
        from value in parameter.Value[key] is YamlSequenceNode many ? many.Children.Select(one => one.ToString()) : [parameter.Value[key].ToString()]
        select (parameter.Key, value)];

    [Fact]
    public void Every_variable_of_the_template_is_one_that_the_function_reads() =>
        Assert.All(Stack.Of().Settings.Keys, name => Assert.Contains(name, KnownSettings.All));

    [Fact]
    public void Every_setting_of_the_function_can_be_made_in_the_template() =>
        Assert.Empty(KnownSettings.All.Except([.. Stack.Of().Settings.Keys, .. ByHandOnly, .. KnownSettings.Older]));

    [Fact]
    public void The_defaults_of_the_template_are_those_of_the_function()
    {
        var deployed = DrainerOptions.From(Stack.Of().Settings.ToDictionary(pair => pair.Key, pair => pair.Key switch { "QUEUE_URL" => "https://queue.test/normal", "ROLE_ID" => "", _ => pair.Value }));

        Assert.Empty(deployed.Unneeded);
        Assert.Empty(deployed.Suspicious);
        Assert.Equivalent(new DrainerOptions { QueueUrl = new("https://queue.test/normal") }, deployed, strict: true);
    }

    [Theory, MemberData(nameof(Extremes))]
    public void What_the_template_lets_through_the_function_takes(string parameter, string value) =>
        _ = DrainerOptions.From(With(parameter, value).ToDictionary(pair => pair.Key, pair => pair.Key is "QUEUE_URL" or "ROLE_ID" ? "" : pair.Value));

    [Theory]
    [InlineData("ManagedTagKey", "team/managed", "MANAGED_TAG", "team/managed")]
    [InlineData("HeartbeatInterval", "30", "HEARTBEAT_INTERVAL", "30")]
    [InlineData("ClusterNames", "blue,green", "CLUSTER_NAME", "blue,green")]
    [InlineData("DryRun", "true", "DRY_RUN", "true")]
    public void A_parameter_reaches_its_variable(string parameter, string value, string variable, string expected) =>
        Assert.Equal(expected, With(parameter, value)[variable]);

    [Fact]
    public void The_tags_value_goes_behind_its_key() =>
        Assert.Equal("team=platform", Stack.With(("ManagedTagKey", "team"), ("ManagedTagValue", "platform")).Settings["MANAGED_TAG"]);

    [Fact]
    public void Every_parameter_is_used_described_and_in_a_group()
    {
        var grouped = from theGroup in (YamlSequenceNode)Stack.Document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
                      from name in (YamlSequenceNode)theGroup["Parameters"]
                      select name.ToString();

        Assert.Equal(Stack.Parameters.Keys.Order(), grouped.Order());
        Assert.All(Stack.Parameters, parameter => Assert.False(string.IsNullOrWhiteSpace(parameter.Value["Description"].ToString())));
        var body = Stack.Text("template.yaml").Split("\nConditions:")[1];
        Assert.All(Stack.Parameters.Keys, name => Assert.Matches($@"\b{name}\b", body));
    }

    [Fact]
    public void A_message_stays_hidden_for_longer_than_an_invocation_can_last()
    {
        var timeout = (long)Stack.Of().Properties("DrainerFunction")["Timeout"]!;

        Assert.All(SourceQueues(), queue => Assert.True((long)queue.Value["VisibilityTimeout"]! >= timeout));
        Assert.InRange(timeout, 1L, 900L);
    }

    [Fact]
    public void Both_lanes_answer_for_each_message_alone_and_have_a_concurrency_of_their_own()
    {
        var mappings = Stack.Of().OfType("AWS::Lambda::EventSourceMapping");

        Assert.Equal(["${NormalQueue.Arn}", "${UrgentQueue.Arn}"], mappings.Values.Select(mapping => mapping["EventSourceArn"]!.ToString()).Order());
        Assert.All(mappings.Values, mapping =>
        {
            Assert.Equal(["ReportBatchItemFailures"], Stack.Many(mapping["FunctionResponseTypes"]));
            Assert.True(long.Parse(mapping["ScalingConfig"]!["MaximumConcurrency"]!.ToString(), null) >= 50);
            Assert.Null(mapping["ProvisionedPollerConfig"]);
        });
    }

    [Theory]
    [InlineData("1", 50)]
    [InlineData("0", 10)]
    public void Notices_are_gathered_for_a_second_into_batches_of_fifty_unless_the_window_is_off(string window, int batch)
    {
        var mappings = Stack.With(("UrgentBatchingWindow", window)).OfType("AWS::Lambda::EventSourceMapping").Values.ToLookup(mapping => mapping["EventSourceArn"]!.ToString());
        var (urgent, normal) = (Assert.Single(mappings["${UrgentQueue.Arn}"]), Assert.Single(mappings["${NormalQueue.Arn}"]));

        Assert.Equal((window, $"{batch}"), (urgent["MaximumBatchingWindowInSeconds"]!.ToString(), urgent["BatchSize"]!.ToString()));
        Assert.Equal(("10", null), (normal["BatchSize"]!.ToString(), normal["MaximumBatchingWindowInSeconds"]?.ToString()));
        Assert.Equal("1", Stack.Of().OfType("AWS::Lambda::EventSourceMapping").Values.Select(mapping => mapping["MaximumBatchingWindowInSeconds"]?.ToString()).OfType<string>().Single());
    }

    [Fact]
    public void Provisioned_pollers_take_the_place_of_the_maximum_concurrency() =>
        Assert.All(Stack.With(("MinimumPollers", "2")).OfType("AWS::Lambda::EventSourceMapping").Values, mapping =>
        {
            Assert.Null(mapping["ScalingConfig"]);
            Assert.Equal("2", mapping["ProvisionedPollerConfig"]!["MinimumPollers"]!.ToString());
        });

    [Fact]
    public void A_drain_may_send_itself_on_through_its_own_queue() =>
        Assert.Equal("Allow", Stack.Of().Properties("DrainerFunction")["RecursiveLoop"]!.ToString());

    [Fact]
    public void The_function_is_the_native_file_on_al2023()
    {
        var function = Stack.With(("Architecture", "arm64")).Properties("DrainerFunction");

        Assert.Equal(("provided.al2023", "bootstrap", "arm64"), (function["Runtime"]!.ToString(), function["Handler"]!.ToString(), function["Architectures"]![0]!.ToString()));
        Assert.Equal("bootstrap", typeof(DrainerOptions).Assembly.GetName().Name);
    }

    [Fact]
    public void A_message_is_received_five_times_before_it_is_a_dead_letter() =>
        Assert.All(SourceQueues().Values, queue =>
        {
            Assert.Equal("${DeadLetterQueue.Arn}", queue["RedrivePolicy"]!["deadLetterTargetArn"]!.ToString());
            Assert.True((long)queue["RedrivePolicy"]!["maxReceiveCount"]! >= 5);
        });

    [Fact]
    public void Every_queue_is_encrypted_and_refuses_what_is_not_tls()
    {
        var stack = Stack.Of();
        var policies = stack.OfType("AWS::SQS::QueuePolicy").Values.ToDictionary(policy => policy["Queues"]![0]!.ToString());

        Assert.All(stack.OfType("AWS::SQS::Queue"), queue =>
        {
            Assert.True((bool)queue.Value["SqsManagedSseEnabled"]!);
            var statements = (JsonArray)policies[$"${{{queue.Key}}}"]["PolicyDocument"]!["Statement"]!;
            Assert.Contains(statements, statement => statement!["Effect"]!.ToString() == "Deny" && statement["Condition"]!["Bool"]!["aws:SecureTransport"]?.ToString() == "false");
        });
    }

    [Fact]
    public void The_sweep_is_asked_for_by_the_schedule()
    {
        var sweep = Stack.Of().Properties("DrainerFunction")["Events"]!["Sweep"]!["Properties"]!;

        Assert.Equal("ENABLED", sweep["State"]!.ToString());
        Assert.IsType<InvocationRequest.Sweep>(InvocationPayload.Read(System.Text.Encoding.UTF8.GetBytes(sweep["Input"]!.ToString())));
    }

    [Fact]
    public void The_check_has_a_schedule_that_is_off_unless_it_is_asked_for()
    {
        var off = Stack.Of().Properties("DrainerFunction")["Events"]!["Check"]!["Properties"]!;
        var on = Stack.With(("CheckSchedule", "rate(1 day)")).Properties("DrainerFunction")["Events"]!["Check"]!["Properties"]!;

        Assert.Equal(("DISABLED", "ENABLED", "rate(1 day)"), (off["State"]!.ToString(), on["State"]!.ToString(), on["Schedule"]!.ToString()));
        Assert.IsType<InvocationRequest.Check>(InvocationPayload.Read(System.Text.Encoding.UTF8.GetBytes(on["Input"]!.ToString())));
    }

    [Fact]
    public void Each_cluster_gets_an_access_entry_with_the_group_of_the_cluster_role()
    {
        var entries = Stack.Of(Stack.Everything).OfType("AWS::EKS::AccessEntry").Values.ToList();

        Assert.Equal(["one", "two", "three", "four", "five"], entries.Select(entry => entry["ClusterName"]!.ToString()));
        var subject = Stack.Load("deploy/rbac.yaml")[1]["subjects"][0]["name"].ToString();
        Assert.All(entries, entry => Assert.Equal([subject], Stack.Many(entry["KubernetesGroups"])));
    }

    [Theory]
    [InlineData("", "true", 0)]
    [InlineData("blue", "true", 1)]
    [InlineData("blue,green,red", "true", 3)]
    [InlineData("blue,green,red", "false", 0)]
    public void There_are_as_many_access_entries_as_clusters(string clusters, string wanted, int expected) =>
        Assert.Equal(expected, Stack.With(("ClusterNames", clusters), ("CreateAccessEntries", wanted)).OfType("AWS::EKS::AccessEntry").Count);

    private static Dictionary<string, JsonObject> SourceQueues() =>
        Stack.Of().OfType("AWS::SQS::Queue").Where(queue => queue.Key is not "DeadLetterQueue").ToDictionary();

    private static IReadOnlyDictionary<string, string> With(string parameter, string value) =>
        Stack.With((parameter, value), ("AssumeRoleName", "node-drainer")).Settings;
}
