using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction;

/// <summary>The role of template.yaml and the calls in the code, both ways.</summary>
public sealed partial class PermissionTests
{
    // Lambda's own calls in the function's name: the queues' pollers, the log and, in a VPC, the network.
    private static readonly string[] Lambdas =
    [
        "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        "logs:CreateLogStream", "logs:PutLogEvents",
        "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
    ];

    // SSM decrypts a SecureString in the caller's name, SQS encrypts and decrypts messages with the key of the account.
    private static readonly string[] Implied = ["kms:Decrypt", "kms:GenerateDataKey"];

    // STS answers who one is without any permission.
    private static readonly string[] Free = ["sts:GetCallerIdentity"];

    private static readonly Dictionary<string, string> Prefixes = new()
    {
        ["SecurityToken"] = "sts", ["SQS"] = "sqs", ["SimpleSystemsManagement"] = "ssm",
    };

    [Fact]
    public void The_code_calls_what_it_is_known_to_call() =>
        Assert.Superset(
            new HashSet<string> { "ec2:DescribeInstances", "eks:DescribeCluster", "autoscaling:CompleteLifecycleAction", "sqs:ChangeMessageVisibility" },
            Called().ToHashSet());

    [Fact]
    public void The_role_allows_every_call_of_the_code() =>
        Assert.Empty(Called().Except(Free).Except(Granted(Stack.Of(Stack.Everything))));

    [Fact]
    public void The_role_allows_nothing_that_nobody_calls() =>
        Assert.Empty(Granted(Stack.Of(Stack.Everything)).Except(Called()).Except(Lambdas).Except(Implied));

    [Fact]
    public void Everything_that_the_role_allows_is_on_the_page_on_security()
    {
        var page = Stack.Text("docs/security.md");
        var network = Lambdas.Where(action => action.StartsWith("ec2:", StringComparison.Ordinal));

        Assert.All(Granted(Stack.Of(Stack.Everything)).Except(network), action => Assert.Matches($"`({action.Split(':')[0]}:)?{action.Split(':')[1]}`", page));
        Assert.Contains("`ec2:…NetworkInterface…`", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_webhook_accounts_and_network_the_role_is_smaller() =>
        Assert.Equal(
            Implied.Concat(["sts:AssumeRole", "ssm:GetParameter"]).Concat(Lambdas.Where(action => action.StartsWith("ec2:", StringComparison.Ordinal))).Order(),
            Granted(Stack.Of(Stack.Everything)).Except(Granted(Stack.Of())).Order());

    [Fact]
    public void No_action_has_a_wildcard() =>
        Assert.All(Granted(Stack.Of(Stack.Everything)), action => Assert.DoesNotContain('*', action));

    [Fact]
    public void Only_what_aws_cannot_narrow_is_allowed_on_everything_and_then_in_our_regions_only()
    {
        var everywhere = Allowing(Stack.Of(Stack.Everything)).Where(statement => Stack.Many(statement["Resource"]).Contains("*")).ToList();

        Assert.All(everywhere.SelectMany(statement => Stack.Many(statement["Action"])), action => Assert.Matches(":(Describe|List)", Lambdas.Contains(action) ? ":Describe" : action));
        Assert.Contains(everywhere, statement => Stack.Many(statement["Condition"]?["StringEquals"]?["aws:RequestedRegion"] ?? "").SequenceEqual(["eu-west-1", "eu-central-1"]));
    }

    [Fact]
    public void Hooks_are_completed_for_groups_that_carry_the_tag()
    {
        var condition = Hooks(Stack.With(("ManagedTagKey", "team/managed")))["Condition"]!;

        Assert.Equal("false", condition["Null"]!["aws:ResourceTag/team/managed"]!.ToString());
    }

    [Fact]
    public void A_tag_with_a_value_binds_the_groups_by_the_value() =>
        Assert.Equal("platform", Hooks(Stack.With(("ManagedTagKey", "team"), ("ManagedTagValue", "platform")))["Condition"]!["StringEquals"]!["aws:ResourceTag/team"]!.ToString());

    [Fact]
    public void Named_groups_take_the_place_of_the_tag()
    {
        const string Group = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:0f0f:autoScalingGroupName/workers";
        var statement = Hooks(Stack.With(("AutoScalingGroupArns", Group), ("CheckTagBeforeDraining", "false")));

        Assert.Equal([Group], Stack.Many(statement["Resource"]));
        Assert.Null(statement["Condition"]);
    }

    [Fact]
    public void Without_the_check_hooks_of_every_group_of_the_account_are_completed()
    {
        var statement = Hooks(Stack.With(("CheckTagBeforeDraining", "false")));

        Assert.Equal(["arn:aws:autoscaling:*:123456789012:autoScalingGroup:*:autoScalingGroupName/*"], Stack.Many(statement["Resource"]));
        Assert.Null(statement["Condition"]);
    }

    [Theory]
    [InlineData("", "arn:aws:eks:*:123456789012:cluster/*")]
    [InlineData("blue", "arn:*:eks:*:*:cluster/blue")]
    [InlineData("blue,green", "arn:*:eks:*:*:cluster/blue arn:*:eks:*:*:cluster/green")]
    [InlineData("a,b,c,d,e,f,g", "arn:*:eks:*:*:cluster/a arn:*:eks:*:*:cluster/b arn:*:eks:*:*:cluster/c arn:*:eks:*:*:cluster/d arn:*:eks:*:*:cluster/e arn:*:eks:*:*:cluster/f arn:*:eks:*:*:cluster/g")]
    public void Clusters_are_described_by_name(string clusters, string expected) =>
        Assert.Equal(expected.Split(' '), Stack.Many(Statement(Stack.With(("ClusterNames", clusters)), "eks:DescribeCluster")["Resource"]));

    [Fact]
    public void Only_the_webhooks_parameter_is_read_and_decrypted_only_through_ssm()
    {
        var stack = Stack.With(("WebhookUrlParameter", "/drainer/webhook"));
        var decrypt = Statement(stack, "kms:Decrypt")["Condition"]!["StringEquals"]!;

        Assert.Equal(["arn:aws:ssm:eu-west-1:123456789012:parameter/drainer/webhook"], Stack.Many(Statement(stack, "ssm:GetParameter")["Resource"]));
        Assert.Equal("ssm.eu-west-1.amazonaws.com", decrypt["kms:ViaService"]!.ToString());
        Assert.Equal(["arn:aws:ssm:eu-west-1:123456789012:parameter/drainer/webhook"], Stack.Many(decrypt["kms:EncryptionContext:PARAMETER_ARN"]));
    }

    [Fact]
    public void Headers_template_and_proxy_of_the_webhook_are_read_where_they_are_named()
    {
        var stack = Stack.With(("WebhookUrlParameter", "/a"), ("WebhookHeadersParameter", "/b"), ("WebhookTemplateParameter", "/c"), ("WebhookProxyParameter", "/d"));

        Assert.Equal(
            ((string[])["a", "b", "c", "d"]).Select(name => $"arn:aws:ssm:eu-west-1:123456789012:parameter/{name}"),
            Stack.Many(Statement(stack, "ssm:GetParameter")["Resource"]));
    }

    [Fact]
    public void A_role_is_assumed_by_its_name_and_in_the_named_accounts_only()
    {
        var statement = Statement(Stack.With(("AssumeRoleName", "node-drainer"), ("Accounts", "123456789012,210987654321")), "sts:AssumeRole");

        Assert.Equal(["arn:aws:iam::*:role/node-drainer"], Stack.Many(statement["Resource"]));
        Assert.Equal(["123456789012", "210987654321"], Stack.Many(statement["Condition"]!["StringEquals"]!["aws:ResourceAccount"]));
    }

    [Fact]
    public void The_functions_own_code_may_not_touch_the_network_interfaces() =>
        Assert.Contains(Stack.Of(Stack.Everything).Statements("DrainerRole"), statement =>
            statement["Effect"]!.ToString() == "Deny" && Stack.Many(statement["Action"]).Contains("ec2:CreateNetworkInterface") && statement["Condition"]!["ArnLike"]!["lambda:SourceFunctionArn"] is not null);

    [Fact]
    public void Auto_scaling_may_send_to_the_normal_queue_and_do_nothing_else()
    {
        var statement = Assert.Single(Stack.With(("CreateHookNotificationRole", "true")).Statements("HookNotificationRole"));

        Assert.Equal(["sqs:SendMessage", "sqs:GetQueueUrl"], Stack.Many(statement["Action"]));
        Assert.Equal(["${NormalQueue.Arn}"], Stack.Many(statement["Resource"]));
    }

    private static IEnumerable<JsonObject> Allowing(Stack stack) =>
        stack.Statements("DrainerRole").Where(statement => statement["Effect"]!.ToString() == "Allow");

    private static HashSet<string> Granted(Stack stack) => [.. Allowing(stack).SelectMany(statement => Stack.Many(statement["Action"]))];

    private static JsonObject Statement(Stack stack, string action) =>
        Assert.Single(Allowing(stack), statement => Stack.Many(statement["Action"]).Contains(action));

    private static JsonObject Hooks(Stack stack)
    {
        var statement = Statement(stack, "autoscaling:CompleteLifecycleAction");
        Assert.Equal(["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"], Stack.Many(statement["Action"]));
        return statement;
    }

    /// <summary>Every operation has a request type: the SDK's are references of the assembly, our own are defined in it.</summary>
    private static HashSet<string> Called()
    {
        var assembly = typeof(DrainerOptions).Assembly;
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var theirs = from handle in metadata.TypeReferences
                     let type = metadata.GetTypeReference(handle)
                     let space = metadata.GetString(type.Namespace).Split('.')
                     where space is ["Amazon", _, "Model"]
                     select (Service: space[1], Name: metadata.GetString(type.Name));
        var packaged = from call in theirs
                       where call.Name.EndsWith("Request", StringComparison.Ordinal)
                       select $"{Prefixes[call.Service]}:{call.Name[..^"Request".Length].Replace("Batch", "", StringComparison.Ordinal)}";
        return [.. packaged, .. Texts(metadata).Where(text => Operation().IsMatch(text))];
    }

    private static IEnumerable<string> Texts(MetadataReader metadata)
    {
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            yield return metadata.GetUserString(handle);
        }
    }

    // Services without a package: each call names its operation.
    [GeneratedRegex("^(ec2|eks|autoscaling|lambda|events|cloudwatch):[A-Z][A-Za-z]+\\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Operation();
}
