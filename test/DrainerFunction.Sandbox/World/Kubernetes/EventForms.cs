using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Events are stored once, as core/v1, and shown under events.k8s.io/v1 with that group's names.</summary>
internal static class EventForms
{
    private static readonly (string Core, string New)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ];

    public static JsonObject ToCore(JsonObject thing) => Rename(thing, "v1", toCore: true);

    public static JsonObject ToNew(JsonObject thing) => Rename(thing, "events.k8s.io/v1", toCore: false);

    private static JsonObject Rename(JsonObject thing, string apiVersion, bool toCore)
    {
        var copy = thing.Copy();
        foreach (var (core, other) in Names)
        {
            var (from, to) = toCore ? (other, core) : (core, other);
            if (copy.Remove(from, out var value))
            {
                copy[to] = value;
            }
        }

        if (copy.ContainsKey("apiVersion"))
        {
            copy["apiVersion"] = apiVersion;
        }

        return copy;
    }
}
