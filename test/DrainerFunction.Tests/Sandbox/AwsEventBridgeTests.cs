using System.Reflection;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

public sealed class AwsEventBridgeTests : IDisposable
{
    private const string TemplateYaml =
        """
        AWSTemplateFormatVersion: "2010-09-09"
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Rebalance: { Type: String, Default: "true" }
          Extra: { Type: String, Default: "" }
        Conditions:
          WithRebalance: !Equals [!Ref Rebalance, "true"]
          WithExtra: !Not [!Equals [!Ref Extra, ""]]
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties:
              QueueName: !Sub "${AWS::StackName}-queue"
              VisibilityTimeout: 150
              RedrivePolicy:
                deadLetterTargetArn: !GetAtt DeadLetters.Arn
                maxReceiveCount: 5
          DeadLetters: { Type: AWS::SQS::Queue }
          SpotRule:
            Type: AWS::Events::Rule
            Properties:
              EventPattern:
                source: [aws.ec2]
                detail-type: [EC2 Spot Instance Interruption Warning, !If [WithRebalance, EC2 Instance Rebalance Recommendation, !Ref AWS::NoValue]]
              Targets:
                - Id: queue
                  Arn: !GetAtt Queue.Arn
          ExtraRule:
            Type: AWS::Events::Rule
            Condition: WithExtra
            Properties:
              EventPattern: { source: [aws.extra] }
              Targets: [{ Id: queue, Arn: !GetAtt Queue.Arn }]
          Function:
            Type: AWS::Serverless::Function
            Properties:
              Handler: bootstrap
              Events:
                Direct:
                  Type: EventBridgeRule
                  Properties:
                    Pattern: { source: [my.app] }
        """;

    private readonly AwsRig _rig = new();

    private EventBridge Bus => _rig.Region.Events;

    [Fact]
    public void The_rules_of_a_template_route_to_its_queues()
    {
        var queues = Bus.LoadRules(TemplateYaml);
        var instance = _rig.Region.Ec2.Launch(new() { AlreadyRunning = true, IsSpot = true }).InstanceId;
        _rig.Region.Ec2.Interruptions.Rebalance(instance);
        _rig.Region.Ec2.Interruptions.SpotReclaim(instance);

        Assert.Equal("Queue", queues["Queue"]);
        Assert.Equal(
            ["EC2 Instance Rebalance Recommendation", "EC2 Spot Instance Interruption Warning"],
            Types("Queue"));
        Assert.Equal(5, _rig.Region.Sqs.Queue("Queue").Redrive!.MaxReceiveCount);
        Assert.Equal(TimeSpan.FromSeconds(150), _rig.Region.Sqs.Queue("Queue").VisibilityTimeout);
    }

    [Fact]
    public void Conditions_and_parameters_decide_what_a_template_makes()
    {
        Bus.LoadRules(TemplateYaml, new Dictionary<string, string> { ["Rebalance"] = "false" });

        Assert.DoesNotContain("Rebalance", Bus.Rule("SpotRule").Pattern.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Bus.ListRules(), rule => rule.Name == "ExtraRule");
    }

    [Fact]
    public void A_functions_own_rule_goes_to_the_function()
    {
        var delivered = new List<string>();
        Bus.LoadRules(TemplateYaml);
        Bus.Delivered += (arn, _) => delivered.Add(arn);
        Bus.PutEvents([new("my.app", "t", "{}", [])]);

        Assert.Equal(["arn:aws:lambda:eu-west-1:123456789012:function:Function"], delivered);
    }

    // The lanes: DESIGN section 6. What EC2 and Auto Scaling say here is what the rules of the project's own template route.
    [Fact]
    public void The_projects_own_template_routes_each_event_into_its_lane()
    {
        var root = typeof(AwsEventBridgeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!;
        var queues = Bus.LoadRules(File.ReadAllText(Path.Combine(root, "template.yaml")));
        var group = _rig.Region.AutoScaling.CreateAutoScalingGroup(new("g") { Template = new() { AlreadyRunning = true }, Hooks = [new("drain"), new("ready", LifecycleHook.Launching)] });
        var instance = _rig.Region.AutoScaling.Instances(group.Name).Single().InstanceId;
        _rig.Region.Ec2.Interruptions.SpotReclaim(instance);
        _rig.Region.Ec2.Interruptions.Rebalance(instance);
        _rig.Region.Ec2.Interruptions.CapacityReclaim(instance);
        _rig.Region.Ec2.Interruptions.ScheduleEvent(instance, "system-reboot", AwsRig.Start.AddDays(1));
        _rig.Region.AutoScaling.TerminateInstanceInAutoScalingGroup(instance, decrement: false);
        _rig.Advance(8);
        _rig.Region.Ec2.StopInstances(instance);

        Assert.Equal(
            ["EC2 Spot Instance Interruption Warning", "EC2 Capacity Reservation Instance Interruption Warning", "EC2 Instance State-change Notification"],
            Types(queues["UrgentQueue"]));
        Assert.Equal(
            ["EC2 Instance Rebalance Recommendation", "AWS Health Event", "EC2 Instance-terminate Lifecycle Action", "EC2 Instance-launch Lifecycle Action"],
            Types(queues["NormalQueue"]));
    }

    // Events User Guide, "AWS service event metadata".
    [Fact]
    public void The_queue_gets_the_whole_event_after_the_delivery_delay()
    {
        Bus.DeliveryDelay = TimeSpan.FromSeconds(1);
        Bus.PutEvents([new("my.app", "t", """{"a":1}""", ["r"])]);
        Assert.Empty(_rig.Events("t"));
        _rig.Advance(1);

        var body = Assert.Single(_rig.Events("t"));
        Assert.Equal("2026-11-22T15:40:07Z", (string?)body["time"]);
        Assert.Equal(("0", "my.app", "123456789012", "eu-west-1"), ((string?)body["version"], (string?)body["source"], (string?)body["account"], (string?)body["region"]));
        Assert.Equal("""["r"]{"a":1}""", body["resources"]!.ToJsonString() + body["detail"]!.ToJsonString());
    }

    // PutEvents API reference: entries succeed and fail one by one; MalformedDetail.
    [Fact]
    public void An_entry_that_is_not_JSON_fails_alone()
    {
        var results = Bus.PutEvents([new("my.app", "t", "nonsense", []), new("my.app", "t", "{}", [])]);

        Assert.Equal(["MalformedDetail", null], results.Select(result => result.Error?.Code));
        Assert.Single(_rig.Events("t"));
    }

    public void Dispose() => _rig.Dispose();

    private IEnumerable<string?> Types(string queue) =>
        _rig.Region.Sqs.Contents(queue).Select(message => (string?)JsonNode.Parse(message.Body)!["detail-type"]);
}
