namespace DrainerFunction.Runtime.Options;

/// <summary>Variables that mean nothing here, told apart by what their author may have meant.</summary>
internal static class UnknownSettings
{
    // What the Node Termination Handler needs because it is a pod, polls, keeps a cache or finds nodes in one way only.
    private static readonly HashSet<string> NodeTerminationHandlers = new(StringComparer.OrdinalIgnoreCase)
    {
        "INSTANCE_METADATA_URL", "METADATA_TRIES", "NODE_NAME", "POD_NAME", "NAMESPACE", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT",
        "JSON_LOGGING", "LOG_FORMAT_VERSION", "UPTIME_FROM_FILE", "WORKERS", "USE_PROVIDER_ID", "USE_APISERVER_CACHE", "DELETE_SQS_MSG_IF_NODE_NOT_FOUND",
        "ENABLE_PROMETHEUS_SERVER", "PROMETHEUS_SERVER_PORT", "ENABLE_PROBES_SERVER", "PROBES_SERVER_PORT", "PROBES_SERVER_ENDPOINT",
        "ENABLE_SPOT_INTERRUPTION_DRAINING", "ENABLE_SCHEDULED_EVENT_DRAINING", "ENABLE_ASG_LIFECYCLE_DRAINING", "ENABLE_SQS_TERMINATION_DRAINING",
        "ENABLE_REBALANCE_MONITORING", "ENABLE_REBALANCE_DRAINING",
    };

    private static readonly Dictionary<string, string> Renamed = new(StringComparer.OrdinalIgnoreCase)
    {
        ["WEBHOOK_TEMPLATE_FILE"] = "WEBHOOK_TEMPLATE with the template itself",
        ["AWS_ENDPOINT"] = "AWS_ENDPOINT_URL",
    };

    // Other programs have no settings that begin like this.
    private static readonly string[] OurPrefixes = ["DRAIN_", "ACTION_", "WEBHOOK_"];

    private const int Misspelt = 2;

    public static IReadOnlyList<string> Unneeded(EnvironmentVariables variables) =>
        [.. variables.Given.Where(NodeTerminationHandlers.Contains).Concat(variables.Superseded).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Suspicious(EnvironmentVariables variables) =>
    [
        .. from name in variables.Given.Order(StringComparer.Ordinal)
           where !variables.Asked.Contains(name) && !NodeTerminationHandlers.Contains(name)
           let meant = Meant(name.ToUpperInvariant(), variables)
           where meant is not null
           select $"{name}: {meant}",
    ];

    private static string? Meant(string name, EnvironmentVariables variables)
    {
        if (Renamed.TryGetValue(name, out var renamed))
        {
            return $"use {renamed}";
        }

        // Names that differ more in length than that need no comparing, and nearly all do.
        var closest = variables.Asked.Where(known => Math.Abs(known.Length - name.Length) <= Misspelt)
            .Select(known => (Name: known, Distance: Distance(name, known))).Where(known => known.Distance <= Misspelt).OrderBy(known => known.Distance).FirstOrDefault().Name;
        return closest is not null ? $"did you mean {closest}?"
            : OurPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ? "it has no effect"
            : null;
    }

    /// <summary>How many letters must be added, left out or changed (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            (var diagonal, row[0]) = (row[0], i);
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
