using System.Diagnostics;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Aws;

/// <summary>What the function asks of AWS, as far as a refusal of it is treated in its own way.</summary>
internal enum AwsCallKind
{
    /// <summary>DescribeInstances, DescribeAutoScalingInstances, DescribeInstanceStatus, DescribeSpotInstanceRequests, DescribeAutoScalingGroups, DescribeCluster.</summary>
    Describe,

    /// <summary>DescribeLifecycleHooks.</summary>
    HookTimes,

    /// <summary>RecordLifecycleActionHeartbeat.</summary>
    Heartbeat,

    /// <summary>CompleteLifecycleAction.</summary>
    Complete,

    /// <summary>ChangeMessageVisibilityBatch.</summary>
    Lease,

    /// <summary>SendMessage.</summary>
    Forward,
}

/// <summary>Where a call that was refused is made again.</summary>
internal enum RetryPlace
{
    /// <summary>Within the invocation.</summary>
    Here,

    /// <summary>In the next one: the message sends itself on.</summary>
    NextHop,

    /// <summary>When SQS delivers the message again; after its receives it lies in the dead-letter queue.</summary>
    Redelivery,
}

/// <summary>
/// What is done about a refused call, and how often: the one table. A refusal of a moment is retried soon, one that only an
/// operator ends is retried rarely; docs/limits.md has the table for readers, a test plays an hour of each row.
/// </summary>
/// <param name="Place">Where it is made again.</param>
/// <param name="First">How long after the first refusal.</param>
/// <param name="Longest">It doubles up to this.</param>
internal sealed record RetryPolicy(RetryPlace Place, TimeSpan First, TimeSpan Longest)
{
    public static RetryPolicy Of(AwsCallKind call, AwsRefusal refusal) => (call, refusal is AwsRefusal.Throttled or AwsRefusal.Unreachable) switch
    {
        (AwsCallKind.Describe, true) => Rate(RetryPlace.NextHop, 2, 60),
        (AwsCallKind.Describe, false) => Rate(RetryPlace.NextHop, 10, 60),
        (AwsCallKind.HookTimes, true) => Rate(RetryPlace.Here, 1, 5),
        (AwsCallKind.HookTimes, false) => Rate(RetryPlace.NextHop, 0, 0),
        (AwsCallKind.Heartbeat, true) => Rate(RetryPlace.Here, 2, 10),
        (AwsCallKind.Heartbeat, false) => Rate(RetryPlace.Here, 60, 60),
        (AwsCallKind.Complete, true) => Rate(RetryPlace.Here, 1, 10),
        (AwsCallKind.Complete, false) => Rate(RetryPlace.NextHop, 60, 60),
        (AwsCallKind.Lease, true) => Rate(RetryPlace.Here, 2, 15),
        (AwsCallKind.Lease, false) => Rate(RetryPlace.Here, 15, 15),
        (AwsCallKind.Forward, true) => Rate(RetryPlace.Here, 1, 10),
        (AwsCallKind.Forward, false) => Rate(RetryPlace.Redelivery, 0, 0),
        _ => throw new UnreachableException($"No policy is known for {call}."),
    };

    /// <param name="refusals">How many in a row; at least 1.</param>
    public TimeSpan After(int refusals) => Backoff.After(refusals, First, Longest);

    private static RetryPolicy Rate(RetryPlace place, int first, int longest) => new(place, TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(longest));
}
