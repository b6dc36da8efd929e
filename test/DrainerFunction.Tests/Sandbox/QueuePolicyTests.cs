using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

/// <summary>The queues' policies of template.yaml, held against every kind of sender.</summary>
public sealed class QueuePolicyTests : IDisposable
{
    private readonly Rig.InProcessRun _run = new(ScenarioFiles.Parse(
        $$"""
        name: policies
        clusters: [{ name: shop }]
        instances: [{ name: refuge }]
        function: { parameters: { TrustedSenders: "{{Stage.OperatorId}},AIDAOPERATORSANDBOX02", CreateHookNotificationRole: "true" } }
        """,
        "policies"));

    public static TheoryData<string, bool> Senders => new()
    {
        { "function", true },
        { "hooks", true },
        { "operator", true },
        { "user", true },
        { "rule", true },
        { "another rule", false },
        { "another service", false },
        { "stranger", false },
        { "administrator", false },
        { "a role of the operator's name", false },
    };

    [Theory, MemberData(nameof(Senders))]
    public void Only_the_stacks_rules_its_roles_and_trusted_senders_may_send(string who, bool isLetIn)
    {
        var sender = Sender(who);
        var sent = Record.Exception(() => Home.Sqs.Send("UrgentQueue", "m", sender: sender with { IsPastPolicy = false }));

        Assert.Equal(isLetIn, sent is null);
        Assert.True(sent is null or AwsError { Code: "AccessDeniedException", Status: 403 });
    }

    [Fact]
    public void Nobody_else_puts_anything_among_the_dead_letters_for_an_operator_to_redrive() =>
        Assert.Throws<AwsError>(() => Home.Sqs.Send("DeadLetterQueue", "m", sender: Sender("stranger") with { IsPastPolicy = false }));

    public void Dispose() => _run.Dispose();

    private AwsRegion Home => _run.Stage.Home;

    private SqsSender Sender(string who) => who switch
    {
        "hooks" => SqsSender.Of(_run.Stage.HookRole, "AutoScaling"),
        "user" => new("AIDAOPERATORSANDBOX02", $"arn:aws:iam::{Home.Account}:user/on-call"),
        "rule" => SqsSender.EventBridge(Home.Arn("events", "rule/SpotReclaimRule")),
        "another rule" => SqsSender.EventBridge(Home.Arn("events", "rule/other")),
        "another service" => new("AIDASNSSANDBOX", null, "sns.amazonaws.com", Home.Arn("sns", "topic")),
        "administrator" => SqsSender.Of(_run.World.Aws.Credentials.Administrator),
        "a role of the operator's name" => new("AROAMADELATER00000001:on-call", $"arn:aws:iam::{Home.Account}:role/operator"),
        _ => _run.Stage.Sender(who),
    };
}
