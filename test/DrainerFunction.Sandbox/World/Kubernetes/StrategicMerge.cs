using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// Strategic merge patch. Which lists merge, and by which key, stands in the Go types' patchStrategy and patchMergeKey tags;
/// this is the part of them that concerns the kinds served here. A list that is not named is replaced as a whole:
/// above all <c>Node.spec.taints</c>, whose Go field has no patch strategy.
/// </summary>
internal static class StrategicMerge
{
    private static readonly Dictionary<string, string> MergeKeys = new(StringComparer.Ordinal)
    {
        ["metadata.ownerReferences"] = "uid",
        ["status.conditions"] = "type",
        ["status.addresses"] = "type",
        ["spec.containers"] = "name",
        ["spec.initContainers"] = "name",
        ["spec.ephemeralContainers"] = "name",
        ["spec.volumes"] = "name",
        ["spec.imagePullSecrets"] = "name",
        ["spec.hostAliases"] = "ip",
        ["spec.topologySpreadConstraints"] = "topologyKey",
        ["spec.resourceClaims"] = "name",
        ["containers.env"] = "name",
        ["containers.ports"] = "containerPort",
        ["containers.volumeMounts"] = "mountPath",
        ["containers.volumeDevices"] = "devicePath",
        ["initContainers.env"] = "name",
        ["initContainers.volumeMounts"] = "mountPath",
        ["status.podIPs"] = "ip",
        ["status.hostIPs"] = "ip",
        ["secrets"] = "name",
    };

    // Lists of plain values that merge: their union, and $deleteFromPrimitiveList takes out of them.
    private static readonly HashSet<string> MergedLists = ["metadata.finalizers", "spec.podCIDRs"];

    public static JsonObject Apply(JsonObject target, JsonObject patch) => Merge(target, patch, "");

    private static JsonObject Merge(JsonObject target, JsonObject patch, string at)
    {
        switch (patch.Text("$patch"))
        {
            case "replace":
                return Without(patch, "$patch");
            case "delete":
                return [];
            case null or "merge":
                break;
            default:
                throw ApiRefusal.BadRequest($"Unknown patch type: {patch.Text("$patch")}");
        }

        if (patch["$retainKeys"] is JsonArray)
        {
            var retained = patch.Texts("$retainKeys").ToHashSet();
            foreach (var name in target.Select(pair => pair.Key).Where(name => !retained.Contains(name)).ToArray())
            {
                target.Remove(name);
            }
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith('$'))
            {
                Directive(target, name, value, at);
                continue;
            }

            var was = target[name];
            target.Remove(name);
            if (Value(was, value, at, name) is { } next)
            {
                target[name] = next;
            }
        }

        return target;
    }

    private static JsonNode? Value(JsonNode? was, JsonNode? value, string at, string name)
    {
        var path = at.Length == 0 ? name : $"{at[(at.LastIndexOf('.') + 1)..]}.{name}";
        return (value, was) switch
        {
            (JsonObject patch, JsonObject target) => patch.Text("$patch") == "delete" ? null : Merge(target, patch, path),
            (JsonObject patch, _) => patch.Text("$patch") == "delete" ? null : Merge([], patch, path),
            (JsonArray patch, _) when MergeKeys.TryGetValue(path, out var key) => MergeByKey(was as JsonArray ?? [], patch, key, path),
            (JsonArray patch, JsonArray target) when MergedLists.Contains(path) => Union(target, patch),
            (JsonArray patch, _) => new JsonArray([.. patch.Where(item => item.Text("$patch") is null).Select(item => item?.DeepClone())]),
            _ => value?.DeepClone(),
        };
    }

    private static JsonArray MergeByKey(JsonArray target, JsonArray patch, string key, string path)
    {
        if (patch.Any(item => item.Text("$patch") == "replace"))
        {
            return [.. patch.Where(item => item.Text("$patch") is null).Select(item => item?.DeepClone())];
        }

        foreach (var item in patch.OfType<JsonObject>())
        {
            var id = item.Text(key) ?? throw ApiRefusal.Of(500, "InternalError", $"map: {item.ToJsonString()} does not contain declared merge key: {key}");
            var index = target.ToList().FindIndex(one => one.Text(key) == id);
            if (item.Text("$patch") == "delete")
            {
                if (index >= 0)
                {
                    target.RemoveAt(index);
                }
            }
            else if (index < 0)
            {
                target.Add((JsonNode)Merge([], item, path));
            }
            else
            {
                var was = (JsonObject)target[index]!;
                target[index] = Merge(was.Copy(), item, path);
            }
        }

        return (JsonArray)target.DeepClone();
    }

    private static void Directive(JsonObject target, string name, JsonNode? value, string at)
    {
        const string Deletes = "$deleteFromPrimitiveList/";
        const string Orders = "$setElementOrder/";
        if (name.StartsWith(Deletes, StringComparison.Ordinal) && target[name[Deletes.Length..]] is JsonArray list)
        {
            var gone = (value as JsonArray ?? []).Select(item => item.Text()).ToHashSet();
            target[name[Deletes.Length..]] = new JsonArray([.. list.Where(item => !gone.Contains(item.Text())).Select(item => item?.DeepClone())]);
        }
        else if (name is not ("$patch" or "$retainKeys") && !name.StartsWith(Deletes, StringComparison.Ordinal) && !name.StartsWith(Orders, StringComparison.Ordinal))
        {
            throw ApiRefusal.BadRequest($"unknown patch directive {name} at {at}");
        }
    }

    private static JsonArray Union(JsonArray target, JsonArray patch)
    {
        var merged = (JsonArray)target.DeepClone();
        foreach (var item in patch.Where(item => !target.Any(one => JsonNode.DeepEquals(one, item))))
        {
            merged.Add(item?.DeepClone());
        }

        return merged;
    }

    private static JsonObject Without(JsonObject patch, string name)
    {
        var copy = patch.Copy();
        copy.Remove(name);
        return copy;
    }
}
