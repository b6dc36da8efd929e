using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Label and field selectors: as query parameters, and as they stand in specs.</summary>
internal static class Selectors
{
    private static readonly Dictionary<ResourceKind, string[]> KnownFields = new()
    {
        [ResourceKinds.Pods] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"],
        [ResourceKinds.Nodes] = ["spec.unschedulable"],
        [ResourceKinds.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [ResourceKinds.Namespaces] = ["status.phase"],
        [ResourceKinds.ReplicaSets] = ["status.replicas"],
        [ResourceKinds.ReplicationControllers] = ["status.replicas"],
        [ResourceKinds.Jobs] = ["status.successful"],
    };

    /// <summary>What a list or watch asked for, as one predicate; null when it asked for everything.</summary>
    public static Func<JsonObject, bool>? Of(ResourceKind kind, ApiRequest request, string? named)
    {
        var labels = request.Asks("labelSelector") is { Length: > 0 } labelSelector ? Labels(labelSelector) : null;
        var fields = request.Asks("fieldSelector") is { Length: > 0 } fieldSelector ? Fields(kind, fieldSelector) : null;
        var name = named is null ? null : (Func<JsonObject, bool>)(thing => thing.Name() == named);
        Func<JsonObject, bool>[] all = [.. new[] { name, labels, fields }.OfType<Func<JsonObject, bool>>()];
        return all.Length == 0 ? null : thing => Array.TrueForAll(all, one => one(thing));
    }

    /// <summary>The value that a field selector demands of a field by equality, if it does.</summary>
    public static string? Demanded(string? fieldSelector, string field) =>
        (fieldSelector ?? "").Split(',').Select(term => term.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(term => term.Length == 2 && term[0] == field)
            .Select(term => term[1].TrimStart('='))
            .FirstOrDefault();

    public static Func<JsonObject, bool> Labels(string selector)
    {
        var terms = SplitOutsideBrackets(selector).Select(LabelTerm).ToArray();
        return thing => Array.TrueForAll(terms, term => term(thing.At("metadata", "labels") as JsonObject));
    }

    /// <summary>A LabelSelector of a spec. It matches nothing when it is not there at all, everything when it is empty.</summary>
    public static bool Matches(JsonNode? labelSelector, JsonNode? labels)
    {
        if (labelSelector is not JsonObject)
        {
            return false;
        }

        return (labelSelector.At("matchLabels") as JsonObject ?? []).All(pair => labels.Text(pair.Key) == pair.Value.Text())
            && labelSelector.Items("matchExpressions").All(term => Expression(term, labels as JsonObject));
    }

    /// <summary>One <c>key operator values</c> term of label selectors and of node affinity.</summary>
    public static bool Expression(JsonObject term, JsonObject? labels)
    {
        var value = labels.Text(term.Text("key") ?? "");
        var values = term.Texts("values").ToArray();
        return term.Text("operator") switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => long.TryParse(value, out var more) && long.TryParse(values.FirstOrDefault(), out var than) && more > than,
            "Lt" => long.TryParse(value, out var less) && long.TryParse(values.FirstOrDefault(), out var bound) && less < bound,
            _ => false,
        };
    }

    private static Func<JsonObject, bool> Fields(ResourceKind kind, string selector)
    {
        Func<JsonObject, bool>[] terms = [.. selector.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(term => FieldTerm(kind, term))];
        return thing => Array.TrueForAll(terms, term => term(thing));
    }

    private static Func<JsonObject, bool> FieldTerm(ResourceKind kind, string term)
    {
        var differs = term.Contains("!=", StringComparison.Ordinal);
        var parts = term.Split(differs ? "!=" : term.Contains("==", StringComparison.Ordinal) ? "==" : "=", 2);
        var field = parts[0].Trim();
        if (parts.Length != 2)
        {
            throw ApiRefusal.BadRequest($"Unable to find \"{kind.ApiVersion}, Resource={kind.Plural}\" that match label selector \"\", field selector \"{term}\": invalid field selector");
        }

        if (field is not ("metadata.name" or "metadata.namespace") && !(KnownFields.TryGetValue(kind, out var known) && known.Contains(field)))
        {
            throw ApiRefusal.BadRequest($"field label not supported: {field}");
        }

        var path = field.Split('.');
        return thing => (FieldOf(thing, path) == parts[1].Trim()) != differs;
    }

    // A bool that is not there is false and a text that is not there is empty, as the typed fields are.
    private static string FieldOf(JsonObject thing, string[] path) =>
        path switch
        {
            ["source"] => thing.Text("source", "component"),
            ["spec", "unschedulable"] => thing.IsTrue(path) ? "true" : "false",
            _ => thing.Text(path),
        } ?? "";

    private static Func<JsonObject?, bool> LabelTerm(string term)
    {
        term = term.Trim();
        var open = term.IndexOf('(', StringComparison.Ordinal);
        if (open > 0)
        {
            var head = term[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = term[(open + 1)..].TrimEnd(')').Split(',', StringSplitOptions.TrimEntries);
            return head is [_, "in" or "notin"]
                ? labels => (labels.Text(head[0]) is { } value && values.Contains(value)) == (head[1] == "in")
                : throw ApiRefusal.BadRequest($"unable to parse requirement: found '{term}', expected: in, notin, =, ==, !=, gt, lt");
        }

        if (term.Split("!=", 2, StringSplitOptions.TrimEntries) is [var key, var not])
        {
            return labels => labels.Text(key) != not;
        }

        if (term.Split('=', 2, StringSplitOptions.TrimEntries) is [var its, var wanted])
        {
            return labels => labels.Text(its) == wanted.TrimStart('=').Trim();
        }

        return term.StartsWith('!') ? labels => labels.Text(term[1..].Trim()) is null : labels => labels.Text(term) is not null;
    }

    private static IEnumerable<string> SplitOutsideBrackets(string selector)
    {
        var (start, depth) = (0, 0);
        for (var at = 0; at <= selector.Length; at++)
        {
            var here = at < selector.Length ? selector[at] : ',';
            depth += here switch { '(' => 1, ')' => -1, _ => 0 };
            if (here == ',' && (depth == 0 || at == selector.Length))
            {
                if (at > start)
                {
                    yield return selector[start..at];
                }

                start = at + 1;
            }
        }
    }
}
