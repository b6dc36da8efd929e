using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction;

/// <summary>deploy/member-account.yaml: the part of an account whose nodes are drained from another one.</summary>
public sealed class MemberAccountTests
{
    private const string File = "deploy/member-account.yaml";

    private const string Hub = "arn:aws:iam::999988887777:role/ops/node-drainer";

    private static readonly string[] Kinds = ["SpotReclaim", "CapacityReclaim", "StateChange", "RebalanceRecommendation", "ScheduledChange", "Termination", "Launch"];

    /// <summary>The same parameters for both stacks; the hub's have further policies of their own.</summary>
    public static TheoryData<string, string, string, string> Groups => new()
    {
        { "", "true", "", "" },
        { "blue,green", "true", "platform", "" },
        { "a,b,c,d,e,f", "false", "", "" },
        { "", "true", "", "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:0f0f:autoScalingGroupName/workers" },
    };

    [Fact]
    public void A_stack_set_takes_the_template_because_it_has_no_transform() =>
        Assert.DoesNotContain(new YamlScalarNode("Transform"), Stack.Load(File)[0].Children.Keys);

    [Theory]
    [InlineData("MemberRole")]
    [InlineData("ForwardRole")]
    public void Everything_that_a_role_of_a_member_allows_is_on_the_page_on_many_clusters(string role)
    {
        var row = Stack.Text("docs/many-clusters.md").Split("### What the member accounts grant")[1];

        Assert.Contains($"`{role}`", row, StringComparison.Ordinal);
        Assert.All(Member().Statements(role).SelectMany(statement => Stack.Many(statement["Action"])), action => Assert.Matches($"`({action.Split(':')[0]}:)?{action.Split(':')[1]}`", row));
    }

    [Theory]
    [InlineData("SpotReclaim")]
    [InlineData("CapacityReclaim")]
    [InlineData("StateChange")]
    [InlineData("RebalanceRecommendation")]
    [InlineData("ScheduledChange")]
    [InlineData("Termination")]
    [InlineData("Launch")]
    public void An_account_forwards_what_the_hub_listens_to_and_what_cannot_be_forwarded_is_kept(string kind)
    {
        var (ours, member) = (Stack.Of().Properties($"{kind}Rule"), Member().Properties($"{kind}Rule"));
        var target = Assert.Single((JsonArray)member["Targets"]!)!;

        Assert.Equal(ours["EventPattern"]!.ToJsonString(), member["EventPattern"]!.ToJsonString());
        Assert.Equal("ENABLED", member["State"]!.ToString());
        Assert.Equal("DISABLED", Member(($"Forward{kind}", "false")).Properties($"{kind}Rule")["State"]!.ToString());
        Assert.Equal(
            ("arn:aws:events:eu-west-1:999988887777:event-bus/default", "${ForwardRole.Arn}", "${ForwardDeadLetterQueue.Arn}"),
            (target["Arn"]!.ToString(), target["RoleArn"]!.ToString(), target["DeadLetterConfig"]!["Arn"]!.ToString()));
        Assert.Contains($"${{{kind}Rule.Arn}}", Member().Properties("ForwardDeadLetterQueuePolicy").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_else_is_forwarded() =>
        Assert.Equal(Kinds.Select(kind => $"{kind}Rule").Order(), Member().OfType("AWS::Events::Rule").Keys.Order());

    [Theory, MemberData(nameof(Groups))]
    public void The_role_may_do_to_instances_groups_and_clusters_what_the_function_may_at_home(string clusters, string check, string value, string groups)
    {
        (string, string)[] both = [("ClusterNames", clusters), ("CheckTagBeforeDraining", check), ("ManagedTagValue", value), ("AutoScalingGroupArns", groups), ("Regions", "eu-west-1,eu-central-1")];
        string[] atHome = ["ec2:DescribeInstances", "eks:DescribeCluster", "autoscaling:CompleteLifecycleAction"];

        var home = Stack.With(both).Statements("DrainerRole").Where(statement => Stack.Many(statement["Action"]).Intersect(atHome).Any());
        Assert.Equal(home.Select(Text).Order(), Member(both).Statements("MemberRole").Select(Text).Order());
    }

    [Fact]
    public void The_role_trusts_the_functions_role_by_its_arn_and_with_the_external_id()
    {
        var trust = Assert.Single((JsonArray)Member().Properties("MemberRole")["AssumeRolePolicyDocument"]!["Statement"]!)!;

        Assert.Equal("arn:aws:iam::999988887777:root", trust["Principal"]!["AWS"]!.ToString());
        Assert.Equal("an-external-id", trust["Condition"]!["StringEquals"]!["sts:ExternalId"]!.ToString());
        Assert.Equal(Hub, trust["Condition"]!["ArnEquals"]!["aws:PrincipalArn"]!.ToString());
    }

    [Fact]
    public void The_role_has_the_name_that_the_hub_assumes() =>
        Assert.Equal("drain", Member(("RoleName", "drain")).Properties("MemberRole")["RoleName"]!.ToString());

    [Fact]
    public void A_second_region_of_the_account_gets_the_rules_without_the_role()
    {
        var stack = Member(("CreateRole", "false"), ("ClusterNames", "blue"));

        Assert.Equal(["ForwardRole"], stack.OfType("AWS::IAM::Role").Keys);
        Assert.Empty(stack.OfType("AWS::EKS::AccessEntry"));
        Assert.Equal(7, stack.OfType("AWS::Events::Rule").Count);
    }

    [Fact]
    public void Every_role_takes_path_and_boundary_and_a_service_assumes_it_for_this_account_only()
    {
        var stack = Member(("RolePath", "/platform/"), ("PermissionsBoundaryArn", "arn:aws:iam::123456789012:policy/boundary"));

        Assert.All(stack.OfType("AWS::IAM::Role").Values, role =>
            Assert.Equal(("/platform/", "arn:aws:iam::123456789012:policy/boundary"), (role["Path"]!.ToString(), role["PermissionsBoundary"]!.ToString())));
        Assert.Equal("123456789012", stack.Properties("ForwardRole")["AssumeRolePolicyDocument"]!["Statement"]![0]!["Condition"]!["StringEquals"]!["aws:SourceAccount"]!.ToString());
    }

    [Fact]
    public void A_parameter_that_both_templates_have_takes_the_same_values_in_both() =>
        Assert.All(Parameters(File).Where(parameter => Stack.Parameters.ContainsKey(parameter.Key)), parameter => Assert.Equal(
            Allowed(Stack.Parameters[parameter.Key]), parameter.Key == "RoleName" ? Allowed(Stack.Parameters["RoleName"]) : Allowed(parameter.Value)));

    private static string Allowed(YamlMappingNode parameter) =>
        string.Join(' ', new[] { "AllowedPattern", "AllowedValues" }.Select(key => parameter.Children.TryGetValue(key, out var value) ? value.ToString() : ""));

    private static Dictionary<string, YamlMappingNode> Parameters(string file) =>
        ((YamlMappingNode)Stack.Load(file)[0]["Parameters"]).Children.ToDictionary(entry => entry.Key.ToString(), entry => (YamlMappingNode)entry.Value);

    /// <summary>JSON in a string and JSON of YAML differ in order and spaces only.</summary>
    private static string Text(JsonObject statement) =>
        new JsonObject(statement.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();

    private static Stack Member(params (string Name, string Value)[] parameters) => Stack.Of(File, new Dictionary<string, string>(parameters.Select(one => KeyValuePair.Create(one.Name, one.Value)))
    {
        ["HubRoleArn"] = Hub,
        ["HubEventBusArn"] = "arn:aws:events:eu-west-1:999988887777:event-bus/default",
        ["ExternalId"] = "an-external-id",
    });
}
