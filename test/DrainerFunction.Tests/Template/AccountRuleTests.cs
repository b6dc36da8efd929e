using System.Text.Json.Nodes;

namespace DrainerFunction;

/// <summary>What the security team of an account asks of a stack: roles, keys, retention, and no open door.</summary>
public sealed class AccountRuleTests
{
    private static readonly Stack Plain = Stack.Of();

    private static readonly Stack Full = Stack.Of(Stack.Everything);

    [Fact]
    public void Every_role_takes_the_path_and_the_permissions_boundary_of_the_account()
    {
        Assert.Equal(2, Full.OfType("AWS::IAM::Role").Count);
        Assert.All(Full.OfType("AWS::IAM::Role").Values, role =>
            Assert.Equal(("/platform/", Stack.Everything["PermissionsBoundaryArn"]), (role["Path"]!.ToString(), role["PermissionsBoundary"]!.ToString())));
        Assert.All(Plain.OfType("AWS::IAM::Role").Values, role => Assert.Null(role["PermissionsBoundary"]));
    }

    [Fact]
    public void A_role_has_a_chosen_name_or_one_of_cloudformation()
    {
        Assert.Equal("node-drainer", Full.Properties("DrainerRole")["RoleName"]!.ToString());
        Assert.Null(Plain.Properties("DrainerRole")["RoleName"]);
    }

    [Fact]
    public void A_service_assumes_a_role_for_this_account_only() =>
        Assert.All(Full.OfType("AWS::IAM::Role").Values, role =>
        {
            var statement = Assert.Single((JsonArray)role["AssumeRolePolicyDocument"]!["Statement"]!)!;
            Assert.Equal("123456789012", statement["Condition"]!["StringEquals"]!["aws:SourceAccount"]!.ToString());
        });

    [Fact]
    public void The_role_for_hooks_that_notify_the_queue_exists_only_where_it_is_asked_for()
    {
        Assert.Equal(["DrainerRole"], Plain.OfType("AWS::IAM::Role").Keys);
        Assert.Contains("HookNotificationRole", Stack.With(("CreateHookNotificationRole", "true")).LogicalIds);
    }

    [Fact]
    public void Queues_are_encrypted_by_sqs_or_by_the_key_of_the_account()
    {
        Assert.All(Plain.OfType("AWS::SQS::Queue").Values, queue => Assert.Equal(("true", null), (queue["SqsManagedSseEnabled"]!.ToString(), queue["KmsMasterKeyId"])));
        Assert.All(Full.OfType("AWS::SQS::Queue").Values, queue => Assert.Equal((null, Stack.Everything["KmsKeyArn"]), (queue["SqsManagedSseEnabled"], queue["KmsMasterKeyId"]!.ToString())));
    }

    [Fact]
    public void The_log_and_the_environment_take_the_key_of_the_account()
    {
        Assert.Equal(Stack.Everything["KmsKeyArn"], Full.Properties("DrainerLogGroup")["KmsKeyId"]!.ToString());
        Assert.Equal(Stack.Everything["KmsKeyArn"], Full.Properties("DrainerFunction")["KmsKeyArn"]!.ToString());
        Assert.Null(Plain.Properties("DrainerLogGroup")["KmsKeyId"] ?? Plain.Properties("DrainerFunction")["KmsKeyArn"]);
    }

    [Theory]
    [InlineData("DrainerRole")]
    [InlineData("HookNotificationRole")]
    public void A_role_that_sends_to_a_queue_may_use_the_key_and_no_other(string role)
    {
        var statement = Assert.Single(Full.Statements(role), statement => Stack.Many(statement["Action"]).Contains("kms:GenerateDataKey"));

        Assert.Equal(["kms:Decrypt", "kms:GenerateDataKey"], Stack.Many(statement["Action"]));
        Assert.Equal(Stack.Everything["KmsKeyArn"], statement["Resource"]!.ToString());
    }

    [Fact]
    public void Every_queue_states_its_size_and_which_queues_may_redrive_into_it()
    {
        Assert.All(Plain.OfType("AWS::SQS::Queue").Values, queue => Assert.Equal("1048576", queue["MaximumMessageSize"]!.ToString()));
        Assert.All((string[])["UrgentQueue", "NormalQueue"], queue => Assert.Equal("denyAll", Plain.Properties(queue)["RedriveAllowPolicy"]!["redrivePermission"]!.ToString()));

        var allowed = Plain.Properties("DeadLetterQueue")["RedriveAllowPolicy"]!;
        Assert.Equal("byQueue", allowed["redrivePermission"]!.ToString());
        Assert.Equal(
            ((string[])["UrgentQueue", "NormalQueue"]).Select(queue => $"arn:aws:sqs:eu-west-1:123456789012:{Plain.Properties(queue)["QueueName"]}"),
            Stack.Many(allowed["sourceQueueArns"]));
    }

    [Fact]
    public void How_long_and_beyond_what_queues_and_log_are_kept_is_chosen()
    {
        var stack = Stack.With(("QueueDeletionPolicy", "Retain"), ("LogDeletionPolicy", "Retain"), ("QueueRetention", "3600"), ("DeadLetterRetention", "86400"), ("LogRetentionDays", "365"));

        Assert.All(stack.OfType("AWS::SQS::Queue").Keys, queue =>
            Assert.Equal(("Retain", "Retain"), (stack.Resource(queue)["DeletionPolicy"]!.ToString(), stack.Resource(queue)["UpdateReplacePolicy"]!.ToString())));
        Assert.Equal("Retain", stack.Resource("DrainerLogGroup")["DeletionPolicy"]!.ToString());
        Assert.Equal("365", stack.Properties("DrainerLogGroup")["RetentionInDays"]!.ToString());
        Assert.Equal(["3600", "3600", "86400"], ((string[])["UrgentQueue", "NormalQueue", "DeadLetterQueue"]).Select(queue => stack.Properties(queue)["MessageRetentionPeriod"]!.ToString()));
    }

    [Fact]
    public void No_parameter_that_is_secret_is_a_plain_variable_of_the_function()
    {
        Assert.DoesNotContain(Stack.Parameters.Values, parameter => parameter.Children.ContainsKey("NoEcho"));
        Assert.Empty(Plain.Settings.Keys.Intersect(["WEBHOOK_URL", "WEBHOOK_HEADERS", "WEBHOOK_TEMPLATE", "WEBHOOK_PROXY"]));
    }

    [Fact]
    public void Only_the_named_accounts_may_send_to_the_event_bus()
    {
        Assert.Equal(["123456789012", "210987654321"], Stack.Many(Full.Properties("MemberEventsPolicy")["Statement"]!["Principal"]!["AWS"]));
        Assert.DoesNotContain("MemberEventsPolicy", Plain.LogicalIds);
    }

    [Fact]
    public void Everything_that_can_be_refused_over_plain_http_is() =>
        Assert.All(Plain.OfType("AWS::SQS::QueuePolicy").Values, policy => Assert.Contains((JsonArray)policy["PolicyDocument"]!["Statement"]!, statement =>
            statement!["Effect"]!.ToString() == "Deny" && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false"));
}
