using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Whether a deletion is graceful, pending or at once; the rules of rest.BeforeDelete and of the pod strategy.</summary>
internal static class Deletion
{
    /// <summary>Marks <paramref name="thing"/> as being deleted if it has to stay for now; false when it goes at once.</summary>
    public static bool Mark(ResourceKind kind, JsonObject thing, DeleteOptions options, DateTimeOffset now)
    {
        var metadata = thing.Child("metadata");
        if (options.PropagationPolicy == "Orphan")
        {
            metadata.Child("annotations")["sandbox/orphan-dependents"] = "true";
        }

        var stays = kind == ResourceKinds.Pods ? MarkPod(thing, metadata, options, now) : MarkOther(kind, thing, metadata, now);
        return stays || thing.Texts("metadata", "finalizers").Any();
    }

    private static bool MarkOther(ResourceKind kind, JsonObject thing, JsonObject metadata, DateTimeOffset now)
    {
        if (metadata["deletionTimestamp"] is null && (thing.Texts("metadata", "finalizers").Any() || kind == ResourceKinds.Namespaces))
        {
            metadata["deletionTimestamp"] = now.Stamp();
            metadata["deletionGracePeriodSeconds"] = 0;
            if (kind == ResourceKinds.Namespaces)
            {
                thing.Child("status")["phase"] = "Terminating";
            }

            Bump(metadata);
        }

        return kind == ResourceKinds.Namespaces;
    }

    private static bool MarkPod(JsonObject pod, JsonObject metadata, DeleteOptions options, DateTimeOffset now)
    {
        var asked = options.GracePeriodSeconds is < 0 ? 1 : options.GracePeriodSeconds;
        if (pod.Time("metadata", "deletionTimestamp") is { } deletion)
        {
            // Only a shorter grace changes anything; the new one counts from when the first began.
            var grace = pod.Number("metadata", "deletionGracePeriodSeconds") ?? 0;
            if (asked is { } shorter && shorter < grace)
            {
                metadata["deletionTimestamp"] = deletion.AddSeconds(shorter - grace).Stamp();
                metadata["deletionGracePeriodSeconds"] = shorter;
                return shorter > 0;
            }

            return grace > 0 || !(asked is 0);
        }

        var period = asked ?? pod.Number("spec", "terminationGracePeriodSeconds") ?? 0;
        if (pod.Text("spec", "nodeName") is null or "" || pod.Text("status", "phase") is "Failed" or "Succeeded")
        {
            period = 0;
        }

        metadata["deletionTimestamp"] = now.AddSeconds(period).Stamp();
        metadata["deletionGracePeriodSeconds"] = period;
        Bump(metadata);
        return period > 0;
    }

    private static void Bump(JsonObject metadata)
    {
        if (metadata.Number("generation") is { } generation)
        {
            metadata["generation"] = generation + 1;
        }
    }
}
