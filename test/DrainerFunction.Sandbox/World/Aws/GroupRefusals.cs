namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Sizes and hooks that Auto Scaling does not take, in its words.</summary>
internal static class GroupRefusals
{
    /// <summary>How many a page holds.</summary>
    public static int PageSize(int? maxRecords, int most) => maxRecords switch
    {
        null => 50,
        >= 1 when maxRecords <= most => maxRecords.Value,
        _ => throw AwsError.Validation($"1 validation error detected: Value '{maxRecords}' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to {most}"),
    };

    public static void RefuseTooMany(string what, IReadOnlyList<string>? asked, int most)
    {
        if (asked?.Count > most)
        {
            throw AwsError.Validation($"The number of {what} that may be passed in is limited to {most}");
        }
    }

    /// <summary>API reference, DescribeAutoScalingInstances: of each id 47 characters at most.</summary>
    public static void RefuseLong(IReadOnlyList<string>? instanceIds)
    {
        if (instanceIds?.Any(id => id.Length is 0 or > 47) is true)
        {
            throw AwsError.Validation("1 validation error detected: Value at 'instanceIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 47, Member must have length greater than or equal to 1]");
        }
    }

    public static void RefuseSize(int min, int max, int desired)
    {
        if (min > max)
        {
            throw AwsError.Validation("Max bound, " + max + ", must be greater than or equal to min bound, " + min);
        }

        if (desired < min || desired > max)
        {
            throw AwsError.Validation($"Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}");
        }
    }

    public static void RefuseDesired(AutoScalingGroup group, int desired)
    {
        if (desired > group.MaxSize || desired < group.MinSize)
        {
            var (side, bound) = desired > group.MaxSize ? ("above max", group.MaxSize) : ("below min", group.MinSize);
            throw AwsError.Validation($"New SetDesiredCapacity value {desired} is {side} value {bound} for the AutoScalingGroup.");
        }
    }

    public static void RefuseHook(LifecycleHook hook)
    {
        if (hook.HeartbeatTimeout < TimeSpan.FromSeconds(30) || hook.HeartbeatTimeout > TimeSpan.FromSeconds(7200))
        {
            throw AwsError.Validation("Heartbeat timeout must be between 30 and 7200 seconds.");
        }

        if (hook.Transition is not (LifecycleHook.Launching or LifecycleHook.Terminating))
        {
            throw AwsError.Validation($"Valid lifecycle transitions are: [{LifecycleHook.Launching}, {LifecycleHook.Terminating}]");
        }
    }
}
