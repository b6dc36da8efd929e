using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Answers as a Table: what kubectl prints by default. Nodes, pods and a few more have their own columns.</summary>
/// <param name="isWatch">Only the first table of a watch carries the column definitions.</param>
internal sealed class Tables(ResourceKind kind, DateTimeOffset now, bool isWatch = false)
{
    private bool _told;

    public static bool IsWanted(string? accept) => accept?.Split(',')[0].Contains("as=Table", StringComparison.Ordinal) is true;

    public JsonObject OfList(JsonObject list)
    {
        var table = Of(list.Items("items"), list.Text("metadata", "resourceVersion"));
        foreach (var more in (string[])["continue", "remainingItemCount"])
        {
            if (list.At("metadata", more) is { } value)
            {
                table.Child("metadata")[more] = value.DeepClone();
            }
        }

        return table;
    }

    public JsonObject Of(IEnumerable<JsonObject> things, string? revision)
    {
        var columns = Columns();
        var rows = new JsonArray();
        foreach (var thing in things)
        {
            var metadata = thing["metadata"]?.DeepClone();
            rows.Add((JsonNode)new JsonObject
            {
                ["cells"] = new JsonArray([.. columns.Select(column => column.Cell(thing))]),
                ["object"] = new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata },
            });
        }

        var definitions = new JsonArray();
        foreach (var column in _told ? [] : columns)
        {
            definitions.Add((JsonNode)new JsonObject
            {
                ["name"] = column.Name, ["type"] = column.Type, ["format"] = column.Name == "Name" ? "name" : "", ["description"] = column.Name, ["priority"] = column.Priority,
            });
        }

        _told = isWatch;
        return new() { ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = new JsonObject { ["resourceVersion"] = revision }, ["columnDefinitions"] = definitions, ["rows"] = rows };
    }

    private Column[] Columns() => kind.Plural switch
    {
        "nodes" =>
        [
            Name, new("Status", NodeStatus), new("Roles", _ => "<none>"), Age, new("Version", Of("status", "nodeInfo", "kubeletVersion")),
            new("Internal-IP", node => Address(node, "InternalIP"), 1), new("External-IP", node => Address(node, "ExternalIP"), 1),
            new("OS-Image", Of("status", "nodeInfo", "osImage"), 1), new("Kernel-Version", Of("status", "nodeInfo", "kernelVersion"), 1),
            new("Container-Runtime", Of("status", "nodeInfo", "containerRuntimeVersion"), 1),
        ],
        "pods" =>
        [
            Name, new("Ready", PodReady), new("Status", PodStatus), new("Restarts", _ => "0"), Age,
            new("IP", Of("status", "podIP"), 1), new("Node", Of("spec", "nodeName"), 1), new("Nominated Node", _ => "<none>", 1), new("Readiness Gates", _ => "<none>", 1),
        ],
        "poddisruptionbudgets" =>
        [
            Name, new("Min Available", Or("N/A", "spec", "minAvailable")), new("Max Unavailable", Or("N/A", "spec", "maxUnavailable")),
            new("Allowed Disruptions", Or("0", "status", "disruptionsAllowed")), Age,
        ],
        "deployments" =>
        [
            Name, new("Ready", thing => $"{thing.Number("status", "readyReplicas") ?? 0}/{thing.Number("spec", "replicas") ?? 0}"),
            new("Up-to-date", Or("0", "status", "updatedReplicas")), new("Available", Or("0", "status", "availableReplicas")), Age,
        ],
        "replicasets" => [Name, new("Desired", Or("0", "spec", "replicas")), new("Current", Or("0", "status", "replicas")), new("Ready", Or("0", "status", "readyReplicas")), Age],
        "statefulsets" => [Name, new("Ready", thing => $"{thing.Number("status", "readyReplicas") ?? 0}/{thing.Number("spec", "replicas") ?? 0}"), Age],
        "daemonsets" => [Name, new("Desired", Or("0", "status", "desiredNumberScheduled")), new("Current", Or("0", "status", "currentNumberScheduled")), new("Ready", Or("0", "status", "numberReady")), Age],
        "events" =>
        [
            new("Last Seen", thing => Since(thing.Time("lastTimestamp") ?? thing.Time("eventTime") ?? thing.Time("metadata", "creationTimestamp"))), new("Type", Of("type")), new("Reason", Of("reason")),
            new("Object", thing => $"{thing.Text("involvedObject", "kind")?.ToLowerInvariant()}/{thing.Text("involvedObject", "name")}"), new("Message", Of("message")),
        ],
        "namespaces" => [Name, new("Status", Of("status", "phase")), Age],
        _ => [Name, Age],
    };

    private static Column Name => new("Name", thing => thing.Name());

    private Column Age => new("Age", thing => Since(thing.Time("metadata", "creationTimestamp")));

    private string Since(DateTimeOffset? then)
    {
        var age = now - (then ?? now);
        return age switch
        {
            { TotalSeconds: < 120 } => $"{Math.Max(0, (int)age.TotalSeconds)}s",
            { TotalHours: < 3 } => $"{(int)age.TotalMinutes}m",
            { TotalHours: < 48 } => $"{(int)age.TotalHours}h",
            _ => $"{(int)age.TotalDays}d",
        };
    }

    private static string NodeStatus(JsonObject node) =>
        (node.ConditionIsTrue("Ready") ? "Ready" : "NotReady") + (node.IsTrue("spec", "unschedulable") ? ",SchedulingDisabled" : "");

    private static string Address(JsonObject node, string type) =>
        node.Items("status", "addresses").FirstOrDefault(address => address.Text("type") == type).Text("address") ?? "<none>";

    private static string PodReady(JsonObject pod) =>
        $"{pod.Items("status", "containerStatuses").Count(container => container.IsTrue("ready"))}/{pod.Items("spec", "containers").Count()}";

    private static string PodStatus(JsonObject pod) =>
        pod.At("metadata", "deletionTimestamp") is not null ? "Terminating" : pod.Text("status", "phase") switch
        {
            "Succeeded" => "Completed",
            "Failed" => "Error",
            "Pending" when pod.Text("spec", "nodeName") is { Length: > 0 } => "ContainerCreating",
            var phase => phase ?? "Unknown",
        };

    private static Func<JsonObject, string> Of(params string[] path) => Or("<none>", path);

    private static Func<JsonObject, string> Or(string otherwise, params string[] path) => thing => thing.Text(path) ?? otherwise;

    private sealed record Column(string Name, Func<JsonObject, string> Text, int Priority = 0)
    {
        public string Type => "string";

        public JsonNode Cell(JsonObject thing) => JsonValue.Create(Text(thing));
    }
}
