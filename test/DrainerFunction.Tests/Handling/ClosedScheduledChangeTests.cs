using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Payloads;
using k8s.Models;

namespace DrainerFunction.Handling;

/// <summary>What the end of a scheduled change means for a node that we have cordoned.</summary>
public sealed class ClosedScheduledChangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED", "new", true, 1, "Undone")]
    [InlineData("AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED", "new", false, 1, "NotYet")]
    [InlineData("AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED", "old", true, 1, "NotYet")]
    [InlineData("AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED", "old", true, 14, "NotYet")]
    [InlineData("AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED", "old", true, 16, "Kept")]
    [InlineData("AWS_EC2_INSTANCE_REBOOT_FLEXIBLE_MAINTENANCE_SCHEDULED", "old", false, 16, "Kept")]
    [InlineData("AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED", "old", true, 1, "Kept")]
    [InlineData("AWS_EC2_INSTANCE_RETIREMENT_EXPEDITED", "old", true, 16, "Kept")]
    [InlineData("AWS_EC2_INSTANCE_STOP_SCHEDULED", "old", true, 1, "Kept")]
    [InlineData("AWS_EC2_INSTANCE_TERMINATION_SCHEDULED", "old", true, 1, "Kept")]
    [InlineData("AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED", "new", true, 1, "Undone")]
    [InlineData("AWS_EC2_INSTANCE_NETWORK_MAINTENANCE_SCHEDULED", "old", true, 1, "Undone")]
    public void The_cordon_is_lifted_when_the_machine_has_come_through_it(string code, string bootId, bool isReady, int minutes, string kind) =>
        Assert.Equal(kind, Of(code, bootId, isReady, minutes: minutes).GetType().Name);

    [Theory]
    [InlineData("AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED")]
    [InlineData("AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED")]
    public void One_that_was_called_off_is_lifted_at_once(string code) => Assert.IsType<ClosedScheduledChange.Undone>(Of(code, "old", isReady: true, wasCanceled: true));

    [Theory]
    [InlineData(InstanceLife.Stopping, false)]
    [InlineData(InstanceLife.Stopped, true)]
    [InlineData(InstanceLife.Terminated, false)]
    internal void On_a_machine_that_does_not_run_nothing_is_lifted(InstanceLife life, bool wasCanceled) =>
        Assert.IsType<ClosedScheduledChange.Kept>(Of("AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED", "new", isReady: true, life, wasCanceled));

    private static ClosedScheduledChange Of(string code, string bootId, bool isReady, InstanceLife life = InstanceLife.Running, bool wasCanceled = false, int minutes = 1)
    {
        var noted = new InterruptionAnnotation
        {
            InstanceId = "i-1",
            BootId = "old",
            Kinds = [InterruptionKind.ScheduledChange],
            FirstSeen = Now.AddHours(-1),
            Deadline = Now,
            Chain = new("1"),
            CordonedAt = Now.AddHours(-1),
            CordonedByUs = true,
        };
        var node = new V1Node
        {
            Metadata = new() { Name = "n", Annotations = new Dictionary<string, string> { [InterruptionAnnotation.Annotation] = noted.ToJson() } },
            Spec = new() { ProviderID = "aws:///eu-west-1a/i-1", Unschedulable = true },
            Status = new()
            {
                NodeInfo = new() { BootID = bootId },
                Conditions = [new() { Type = "Ready", Status = isReady ? "True" : "False", LastHeartbeatTime = Now.UtcDateTime }],
            },
        };
        var change = new Interruption.ScheduledChange(new() { EventArn = "arn", EventTypeCode = code, StartTime = Now, Status = ScheduledChangeStatus.Closed })
        {
            InstanceId = "i-1",
            Account = "123456789012",
            Region = "eu-west-1",
            At = Now,
        };
        var received = ReceivedInterruption.From(change, new SqsRecord { MessageId = "m", ReceiptHandle = "", EventSourceArn = "", Body = "" }, memory: null, Now);
        return ClosedScheduledChange.Of(
            new FoundNode.Here(new TargetNode(new ClusterName(new("123456789012", "eu-west-1"), "shop"), "n", "i-1", null!), node),
            noted,
            new InstanceDescription(new Instance { InstanceId = "i-1", Life = life, LaunchedAt = Now.AddDays(-1) }, InGroup: null, Scheduled: null) { WasCanceled = wasCanceled },
            [received],
            Now.AddMinutes(minutes));
    }
}
