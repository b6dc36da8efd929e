namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The state and the status code of a Spot request ("Get the status of a Spot Instance request", EC2 user guide).</summary>
internal sealed record SpotStatus(string State, string Code)
{
    public static readonly SpotStatus Fulfilled = new("active", "fulfilled");

    /// <summary>From the warning on; a hibernation begins at once, so that it is marked for a stop only for a moment.</summary>
    public static SpotStatus Marked(string action) => new("active", action == "terminate" ? "marked-for-termination" : "marked-for-stop");

    /// <summary>Once the instance goes down, by whoever wanted that.</summary>
    public SpotStatus After(InstanceState through, string reasonCode) => (through, reasonCode.StartsWith("Server.Spot", StringComparison.Ordinal)) switch
    {
        (InstanceState.ShuttingDown, true) => new("closed", "instance-terminated-no-capacity"),
        (InstanceState.ShuttingDown, false) => new("closed", "instance-terminated-by-user"),
        (_, true) => new("open", "instance-stopped-no-capacity"),
        _ => new("disabled", "instance-stopped-by-user"),
    };
}
