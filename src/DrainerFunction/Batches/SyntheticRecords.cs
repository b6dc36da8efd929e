using System.Text.Json;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Batches;

/// <summary>
/// The messages that were never sent: a drain by hand, and what the sweep found. They have the form of EventBridge's, so that
/// they are read, worked on and sent on like any other.
/// </summary>
internal sealed class SyntheticRecords(string requestId, DateTimeOffset now)
{
    private int _number;

    public SqsRecord DrainRequest(AwsScope scope, string instanceId, DateTimeOffset? deadline, bool force) =>
        Record(scope, DrainRequestEvent.Source, DrainRequestEvent.DetailType, detail =>
        {
            detail.WriteString("instance-id", instanceId);
            detail.WriteString("force", force ? "true" : "false");
            if (deadline is { } by)
            {
                detail.WriteString("deadline", by.UtcDateTime);
            }
        });

    public SqsRecord Rebalance(AwsScope scope, string instanceId) =>
        Record(scope, "aws.ec2", "EC2 Instance Rebalance Recommendation", detail => detail.WriteString("instance-id", instanceId));

    public SqsRecord Lifecycle(AwsScope scope, GroupInstance instance, LifecycleHook hook) =>
        Record(scope, "aws.autoscaling", hook.Transition == LifecycleStates.Launching ? "EC2 Instance-launch Lifecycle Action" : "EC2 Instance-terminate Lifecycle Action", detail =>
        {
            detail.WriteString("EC2InstanceId", instance.InstanceId);
            detail.WriteString("AutoScalingGroupName", instance.AutoScalingGroupName);
            detail.WriteString("LifecycleHookName", hook.HookName);
            detail.WriteString("LifecycleTransition", hook.Transition);
            if (instance.IsIntoWarmPool)
            {
                detail.WriteString("Destination", "WarmPool");
            }
        });

    /// <summary>A wait for which there is no message any more.</summary>
    public SqsRecord Termination(AwsScope scope, string instanceId, string group, string hook) =>
        Lifecycle(scope, new(instanceId, group, "Terminating:Wait"), new(hook, LifecycleStates.Terminating, TimeSpan.Zero, TimeSpan.Zero, ""));

    public SqsRecord ScheduledChange(AwsScope scope, ScheduledEvent scheduled, DateTimeOffset notBefore) =>
        Record(scope, "aws.health", "AWS Health Event", detail =>
        {
            detail.WriteString("eventArn", $"arn:aws:health:{scope.Region}::event/EC2/{TypeOf(scheduled)}/{scheduled.EventId}");
            detail.WriteString("service", "EC2");
            detail.WriteString("eventTypeCode", TypeOf(scheduled));
            detail.WriteString("eventTypeCategory", "scheduledChange");
            detail.WriteString("statusCode", "upcoming");
            detail.WriteString("startTime", notBefore.UtcDateTime);
            detail.WriteString("eventRegion", scope.Region);
            detail.WriteString("affectedAccount", scope.Account);
            detail.WriteStartArray("affectedEntities");
            detail.WriteStartObject();
            detail.WriteString("entityValue", scheduled.InstanceId);
            detail.WriteEndObject();
            detail.WriteEndArray();
        });

    /// <summary>The record with what an earlier message remembered, under a name younger than its chain: it takes that work over.</summary>
    public SqsRecord Resume(SqsRecord record, DateTimeOffset firstSeen, Chain? chain, DateTimeOffset? completeAt)
    {
        var own = Chain.First(now, record.MessageId);
        var memory = new Continuation { FirstSeen = firstSeen, Chain = chain is { } taken ? own.After(taken) : own, Attempt = 1, CompleteAt = completeAt, Why = "found by the sweep" };
        return record with { Attributes = memory.Write() };
    }

    private static string TypeOf(ScheduledEvent scheduled) => $"AWS_EC2_{scheduled.Code.Replace('-', '_').ToUpperInvariant()}_SCHEDULED";

    private SqsRecord Record(AwsScope scope, string source, string detailType, Action<Utf8JsonWriter> detail)
    {
        // An invocation's id names it; the number tells the messages of one invocation apart.
        var id = $"{(requestId.Length > 20 ? requestId[..20] : requestId)}-{++_number}";
        var body = JsonBody.TextOf(json =>
        {
            json.WriteString("version", "0");
            json.WriteString("id", id);
            json.WriteString("source", source);
            json.WriteString("detail-type", detailType);
            json.WriteString("account", scope.Account);
            json.WriteString("region", scope.Region);
            json.WriteString("time", now.UtcDateTime);
            json.WriteStartObject("detail");
            detail(json);
            json.WriteEndObject();
        });
        return new() { IsMadeHere = true, MessageId = id, ReceiptHandle = "", EventSourceArn = "", Body = body, SentAt = now };
    }
}
