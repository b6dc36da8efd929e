using DrainerFunction.Aws;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Nodes;

/// <summary>Every kind × what EC2, Auto Scaling and Health say × the message's age: what AWS confirms now has no age, what it cannot be asked expires.</summary>
public sealed class VerificationRulesTable
{
    private const string InstanceId = "i-0000000000000000a";
    private const string Block = "cr-0a1b2c3d4e5f60718";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private const string Yes = "confirmed";
    private const string Wait = "not yet";
    private const string No = "refuted";

    /// <summary>The kind, what AWS says, and the verdict on a message of one, five and twenty minutes and of fourteen days.</summary>
    public static TheoryData<string, string, string, string, string, string> Rows => new()
    {
        { "spot", "no instance", Wait, No, No, No },
        { "spot", "running on-demand", Wait, No, No, No },
        { "spot", "running spot", Yes, Yes, No, No },
        { "spot", "running spot fulfilled", Wait, No, No, No },
        { "spot", "running spot request-canceled-and-instance-running", Yes, Yes, No, No },
        { "spot", "running spot marked-for-termination", Yes, Yes, Yes, Yes },
        { "spot", "running spot marked-for-stop", Yes, Yes, Yes, Yes },
        { "spot", "shutting-down spot", Yes, Yes, Yes, Yes },
        { "rebalance", "no instance", Wait, No, No, No },
        { "rebalance", "running on-demand", Wait, No, No, No },
        { "rebalance", "running spot", Yes, Yes, No, No },
        { "rebalance", "stopping spot", Wait, No, No, No },
        { "rebalance confirmed before", "running spot", Yes, Yes, Yes, Yes },
        { "rebalance confirmed before", "running on-demand", Wait, No, No, No },
        { "capacity", "running on-demand", Wait, No, No, No },
        { "capacity", "running spot", Wait, No, No, No },
        { "capacity", "running interruptible", Yes, Yes, No, No },
        { "capacity", "shutting-down interruptible", Yes, Yes, Yes, Yes },
        { "capacity", "running in the block", Wait, No, No, No },
        { "block", "running on-demand", Wait, No, No, No },
        { "block", "running interruptible", Wait, No, No, No },
        { "block", "running in another block", Wait, No, No, No },
        { "block", "running in the block", Yes, Yes, Yes, No },
        { "stopping", "running on-demand", Wait, No, No, No },
        { "stopping", "stopping on-demand", Yes, Yes, Yes, Yes },
        { "stopping", "stopped on-demand", Yes, Yes, Yes, Yes },
        { "terminated", "shutting-down on-demand", Wait, No, No, No },
        { "terminated", "terminated on-demand", Yes, Yes, Yes, Yes },
        { "termination", "running Terminating:Wait", Yes, Yes, Yes, Yes },
        { "termination", "running Terminating:Retained", Wait, No, No, No },
        { "termination", "running Warmed:Terminating:Wait", Yes, Yes, Yes, Yes },
        { "termination", "running Warmed:Pending:Wait", Wait, No, No, No },
        { "termination into the warm pool", "running Warmed:Pending:Wait", Yes, Yes, Yes, Yes },
        { "termination", "running ReplacingRootVolume:Wait", Yes, Yes, Yes, Yes },
        { "termination", "running InService", Wait, No, No, No },
        { "termination", "running on-demand", Wait, No, No, No },
        { "termination", "shutting-down on-demand", Yes, Yes, Yes, Yes },
        { "launch", "running Pending:Wait", Yes, Yes, Yes, Yes },
        { "launch", "running InService", Wait, No, No, No },
        { "launch", "running on-demand", Wait, No, No, No },
        { "change", "running on-demand", Wait, No, No, No },
        { "change", "running with an event", Yes, Yes, Yes, Yes },
        { "closed change", "running with an event", Wait, No, No, No },
        { "closed change", "running on-demand", Yes, Yes, Yes, Yes },
        { "by hand", "no instance", Wait, No, No, No },
        { "by hand", "running on-demand", Yes, Yes, Yes, Yes },
        { "by hand", "stopped on-demand", Wait, No, No, No },
    };

    [Theory, MemberData(nameof(Rows))]
    public void AWS_and_the_age_of_a_message_decide_whether_it_is_believed(string kind, string said, string young, string minutes, string old, string ancient) => Assert.Equal(
        (young, minutes, old, ancient),
        (VerdictOn(kind, said, TimeSpan.FromMinutes(1)), VerdictOn(kind, said, TimeSpan.FromMinutes(5)), VerdictOn(kind, said, TimeSpan.FromMinutes(20)), VerdictOn(kind, said, TimeSpan.FromDays(14))));

    [Fact]
    public void Every_kind_has_its_rows() => Assert.Equal(
        Enum.GetValues<InterruptionKind>().Order(), Rows.Select(row => Of(row.Data.Item1, Now).Kind).Distinct().Order());

    private static string VerdictOn(string kind, string said, TimeSpan age) =>
        VerificationRules.Of(Of(kind, Now - age), Described(said), Now - age, Now, kind.EndsWith("confirmed before", StringComparison.Ordinal)) switch
        {
            Verification.Confirmed => Yes,
            Verification.NotYet => Wait,
            _ => No,
        };

    private static InstanceDescription Described(string said)
    {
        var words = said.Split(' ');
        var life = words[0] switch { "running" => InstanceLife.Running, "stopping" => InstanceLife.Stopping, "stopped" => InstanceLife.Stopped, "shutting-down" => InstanceLife.ShuttingDown, _ => InstanceLife.Terminated };
        var instance = words[0] == "no" ? null : new Instance
        {
            InstanceId = InstanceId,
            Life = life,
            IsSpot = words.Contains("spot"),
            IsInterruptible = words.Contains("interruptible"),
            CapacityBlock = said.EndsWith("in the block", StringComparison.Ordinal) ? Block : said.EndsWith("another block", StringComparison.Ordinal) ? "cr-another0000000001" : null,
        };
        var state = words.FirstOrDefault(word => word.Contains(':', StringComparison.Ordinal) || word is "InService");
        return new(
            instance,
            state is null ? null : new GroupInstance(InstanceId, "workers", state),
            said.EndsWith("with an event", StringComparison.Ordinal) ? new(InstanceId, "instance-event-1", "system-reboot", "scheduled", Now.AddHours(1), null) : null)
        {
            SpotStatus = words.FirstOrDefault(word => word is "fulfilled" or "request-canceled-and-instance-running" || word.StartsWith("marked-for", StringComparison.Ordinal)),
        };
    }

    private static Interruption Of(string kind, DateTimeOffset at) => kind switch
    {
        "spot" => new Interruption.SpotReclaim(InstanceAction.Terminate) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
        "rebalance" or "rebalance confirmed before" => new Interruption.RebalanceRecommendation { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
        "capacity" => new Interruption.CapacityReclaim(at.AddMinutes(2)) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
        "block" => new Interruption.CapacityReclaim(at.AddMinutes(10), Block) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
        "stopping" => new Interruption.StateChange(InstanceState.Stopping) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
        "terminated" => new Interruption.StateChange(InstanceState.Terminated) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
        "termination" => Termination("EC2", at),
        "termination into the warm pool" => Termination("WarmPool", at),
        "launch" => new Interruption.Launch(new("workers", "ready", "t", "EC2", "AutoScalingGroup")) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
        "change" => Change(ScheduledChangeStatus.Upcoming, at),
        "closed change" => Change(ScheduledChangeStatus.Closed, at),
        _ => new Interruption.DrainRequest(null, Force: false) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at },
    };

    private static Interruption.Termination Termination(string destination, DateTimeOffset at) =>
        new(new LifecycleAction("workers", "drain", "t", "AutoScalingGroup", destination)) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at };

    private static Interruption.ScheduledChange Change(ScheduledChangeStatus status, DateTimeOffset at) =>
        new(new() { EventArn = "a", EventTypeCode = "x", StartTime = at.AddHours(1), Status = status }) { InstanceId = InstanceId, Account = "123456789012", Region = "eu-west-1", At = at };
}
