using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>The few validations that a client of this sandbox can run into; a real API server has many more.</summary>
internal static partial class ObjectChecks
{
    private const long LargestAnnotations = 256 * 1024;

    public static void Check(ResourceKind kind, JsonObject thing, JsonObject? old)
    {
        if (old is null && !kind.Group.StartsWith("rbac", StringComparison.Ordinal) && (thing.Name().Length > 253 || !Subdomain().IsMatch(thing.Name())))
        {
            throw ApiRefusal.Invalid(kind, thing.Name(), ("metadata.name", "FieldValueInvalid", $"Invalid value: \"{thing.Name()}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"));
        }

        CheckAnnotations(kind, thing);
        switch (kind.Kind)
        {
            case "Pod":
                CheckPod(kind, thing, old);
                break;
            case "Node":
                CheckTaints(kind, thing);
                break;
            case "PodDisruptionBudget" when thing.At("spec", "minAvailable") is not null && thing.At("spec", "maxUnavailable") is not null:
                throw ApiRefusal.Invalid(kind, thing.Name(), ("spec", "FieldValueInvalid", "Invalid value: minAvailable and maxUnavailable cannot be both set"));
            default:
                break;
        }
    }

    // Keys and values of all annotations together.
    private static void CheckAnnotations(ResourceKind kind, JsonObject thing)
    {
        var size = (thing.At("metadata", "annotations") as JsonObject ?? []).Sum(pair => (long)Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value.Text() ?? ""));
        if (size > LargestAnnotations)
        {
            throw ApiRefusal.Invalid(kind, thing.Name(), ("metadata.annotations", "FieldValueTooLong", $"Too long: may not be more than {LargestAnnotations} bytes"));
        }
    }

    private static void CheckPod(ResourceKind kind, JsonObject pod, JsonObject? old)
    {
        if (!pod.Items("spec", "containers").Any())
        {
            throw ApiRefusal.Invalid(kind, pod.Name(), ("spec.containers", "FieldValueRequired", "Required value"));
        }

        // A pod cannot be moved: only a binding sets its node.
        if (old is not null && old.Text("spec", "nodeName") is { Length: > 0 } node && pod.Text("spec", "nodeName") != node)
        {
            throw ApiRefusal.Invalid(kind, pod.Name(), ("spec", "FieldValueForbidden", "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"));
        }
    }

    private static void CheckTaints(ResourceKind kind, JsonObject node)
    {
        var seen = new HashSet<(string?, string?)>();
        var index = 0;
        foreach (var taint in node.Items("spec", "taints"))
        {
            if (taint.Text("effect") is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
            {
                throw ApiRefusal.Invalid(kind, node.Name(), ($"metadata.taints[{index}].effect", "FieldValueNotSupported", $"Unsupported value: \"{taint.Text("effect")}\": supported values: \"NoExecute\", \"NoSchedule\", \"PreferNoSchedule\""));
            }

            if (!seen.Add((taint.Text("key"), taint.Text("effect"))))
            {
                throw ApiRefusal.Invalid(kind, node.Name(), ($"metadata.taints[{index}]", "FieldValueDuplicate", $"Duplicate value: {taint.ToJsonString()}: taints must be unique by key and effect pair"));
            }

            index++;
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex Subdomain();
}
