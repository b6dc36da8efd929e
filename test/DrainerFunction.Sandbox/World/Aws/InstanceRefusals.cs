namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>What EC2 says about instance ids that it cannot serve, in its own words.</summary>
internal static class InstanceRefusals
{
    public static void RefuseUnknown(IReadOnlyList<string> instanceIds, IEnumerable<Instance> known)
    {
        if (instanceIds.FirstOrDefault(id => !id.StartsWith("i-", StringComparison.Ordinal) || !id.Skip(2).All(char.IsAsciiHexDigitLower)) is { } malformed)
        {
            throw new AwsError("InvalidInstanceID.Malformed", $"Invalid id: \"{malformed}\"", 400);
        }

        var missing = instanceIds.Except(known.Select(instance => instance.InstanceId)).ToList();
        if (missing.Count > 0)
        {
            throw Unknown(missing);
        }
    }

    public static AwsError Unknown(IReadOnlyList<string> ids) => new("InvalidInstanceID.NotFound",
        ids.Count == 1 ? $"The instance ID '{ids[0]}' does not exist" : $"The instance IDs '{string.Join(", ", ids)}' do not exist", 400);

    public static AwsError WrongState(string instanceId, string asked) =>
        new("IncorrectInstanceState", $"The instance '{instanceId}' is not in a state from which it can be {asked}.", 400);
}
