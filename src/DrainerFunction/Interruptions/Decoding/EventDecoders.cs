namespace DrainerFunction.Interruptions.Decoding;

/// <summary>One kind of EventBridge event: who sends it, what it is called, how it is read.</summary>
internal sealed record EventDecoder(string Source, Func<EventHeader, DecodedMessage> Decode);

/// <summary>Every event that concerns a node, by its detail-type.</summary>
internal static class EventDecoders
{
    private static readonly Dictionary<string, EventDecoder> Forms = new()
    {
        ["EC2 Spot Instance Interruption Warning"] = new("aws.ec2", SpotReclaimEvent.Decode),
        ["EC2 Instance Rebalance Recommendation"] = new("aws.ec2", RebalanceRecommendationEvent.Decode),
        ["EC2 Instance State-change Notification"] = new("aws.ec2", StateChangeEvent.Decode),
        ["EC2 Capacity Reservation Instance Interruption Warning"] = new("aws.ec2", CapacityReclaimEvent.Decode),

        // The name that the same warning has in other pages of AWS's documentation.
        ["EC2 Interruptible Capacity Reservation Instance Interruption Warning"] = new("aws.ec2", CapacityReclaimEvent.Decode),
        // The user guide prints the warning of a Capacity Block's end under both names.
        ["Capacity Block Expiration Warning"] = new("aws.ec2", CapacityBlockEvent.Decode),
        ["Capacity Block Reservation Expiration Warning"] = new("aws.ec2", CapacityBlockEvent.Decode),
        ["AWS Health Event"] = new("aws.health", ScheduledChangeEvent.Decode),
        ["EC2 Instance-terminate Lifecycle Action"] = new("aws.autoscaling", LifecycleEvent.Termination),
        ["EC2 Instance-launch Lifecycle Action"] = new("aws.autoscaling", LifecycleEvent.Launch),
        [DrainRequestEvent.DetailType] = new(DrainRequestEvent.Source, DrainRequestEvent.Decode),
    };

    public static IReadOnlyCollection<string> DetailTypes => Forms.Keys;

    public static EventDecoder? Named(string detailType) => Forms.GetValueOrDefault(detailType);

    public static bool IsOurs(string source) => Forms.Values.Any(form => form.Source == source);
}
