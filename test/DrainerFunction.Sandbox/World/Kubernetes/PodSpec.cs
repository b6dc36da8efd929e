using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>A pod as a scenario describes it; also the template of the pods of an owner.</summary>
internal sealed record PodSpec(string Name)
{
    public string Namespace { get; init; } = "default";

    /// <summary>Where it runs already when the story begins; null leaves it to the scheduler.</summary>
    public string? Node { get; init; }

    /// <summary><c>app: NAME</c> is always there.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From SIGTERM to the end; null takes the cluster's setting.</summary>
    public TimeSpan? StopsIn { get; init; }

    public TimeSpan? StartsIn { get; init; }

    /// <summary>A job's pod ends by itself after this long.</summary>
    public TimeSpan? CompletesIn { get; init; }

    /// <summary>Runs, but its readiness probe fails.</summary>
    public bool NeverReady { get; init; }

    /// <summary>Succeeded or Failed: it ran once and holds nothing any more.</summary>
    public string? FinishedAs { get; init; }

    /// <summary>The mirror of a static pod of its node.</summary>
    public bool IsMirror { get; init; }

    public bool HasEmptyDir { get; init; }

    /// <summary>Persistent volume claims; they are made, and their volumes are attached to the node.</summary>
    public IReadOnlyList<string> Claims { get; init; } = [];

    /// <summary>Generic ephemeral volumes: each has a claim that is made and removed with the pod.</summary>
    public IReadOnlyList<string> Ephemeral { get; init; } = [];

    public string? PriorityClass { get; init; }

    /// <summary>Characters of its container's environment.</summary>
    public int Environment { get; init; }

    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary>Tolerates every taint and so the cordon.</summary>
    public bool ToleratesEverything { get; init; }

    public JsonObject ToJson()
    {
        var metadata = new JsonObject { ["name"] = Name, ["namespace"] = Namespace, ["labels"] = Map(Labels.Append(new("app", Name))) };
        var annotations = Map(Annotations);
        Note(annotations, "sandbox/stops-in", StopsIn);
        Note(annotations, "sandbox/starts-in", StartsIn);
        Note(annotations, "sandbox/completes-in", CompletesIn);
        if (NeverReady)
        {
            annotations["sandbox/never-ready"] = "true";
        }

        if (IsMirror)
        {
            annotations["kubernetes.io/config.mirror"] = "0123456789abcdef0123456789abcdef";
            annotations["kubernetes.io/config.source"] = "file";
        }

        if (annotations.Count > 0)
        {
            metadata["annotations"] = annotations;
        }

        if (Finalizers.Count > 0)
        {
            metadata["finalizers"] = new JsonArray([.. Finalizers.Select(one => JsonValue.Create(one))]);
        }

        return new() { ["kind"] = "Pod", ["apiVersion"] = "v1", ["metadata"] = metadata, ["spec"] = Spec() };
    }

    private JsonObject Container()
    {
        var container = new JsonObject { ["name"] = Name, ["image"] = $"registry.example/{Name}:1" };
        if (Environment > 0)
        {
            container["env"] = new JsonArray(new JsonObject { ["name"] = "LOAD", ["value"] = new string('x', Environment) });
        }

        return container;
    }

    private JsonObject Spec()
    {
        var spec = new JsonObject
        {
            ["containers"] = new JsonArray(Container()),
            ["terminationGracePeriodSeconds"] = (long)GracePeriod.TotalSeconds,
        };
        if (PriorityClass is not null)
        {
            spec["priorityClassName"] = PriorityClass;
        }

        var volumes = new JsonArray([.. Claims.Select(claim => new JsonObject { ["name"] = claim, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } })]);
        foreach (var name in Ephemeral)
        {
            volumes.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["ephemeral"] = new JsonObject { ["volumeClaimTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["accessModes"] = new JsonArray("ReadWriteOnce") } } },
            });
        }

        if (HasEmptyDir)
        {
            volumes.Add((JsonNode)new JsonObject { ["name"] = "scratch", ["emptyDir"] = new JsonObject() });
        }

        if (volumes.Count > 0)
        {
            spec["volumes"] = volumes;
        }

        if (ToleratesEverything)
        {
            spec["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" });
        }

        return spec;
    }

    private static JsonObject Map(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new JsonObject();
        foreach (var (key, value) in pairs)
        {
            map[key] = value;
        }

        return map;
    }

    private static void Note(JsonObject annotations, string name, TimeSpan? length)
    {
        if (length is { } wait)
        {
            annotations[name] = $"{(long)wait.TotalMilliseconds}ms";
        }
    }
}
