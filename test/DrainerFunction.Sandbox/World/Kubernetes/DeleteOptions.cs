using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>How an object is to be deleted, as DELETE and evictions carry it.</summary>
internal sealed record DeleteOptions
{
    public static DeleteOptions None { get; } = new();

    public static DeleteOptions Now { get; } = new() { GracePeriodSeconds = 0 };

    public long? GracePeriodSeconds { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public string? PropagationPolicy { get; init; }

    public bool DryRun { get; init; }

    public static DeleteOptions Of(JsonNode? body, ApiRequest request) => new()
    {
        GracePeriodSeconds = body.Number("gracePeriodSeconds") ?? (long.TryParse(request.Asks("gracePeriodSeconds"), CultureInfo.InvariantCulture, out var grace) ? grace : null),
        Uid = body.Text("preconditions", "uid"),
        ResourceVersion = body.Text("preconditions", "resourceVersion"),
        PropagationPolicy = body.Text("propagationPolicy") ?? request.Asks("propagationPolicy") ?? (body.IsTrue("orphanDependents") ? "Orphan" : null),
        DryRun = body.Texts("dryRun").Contains("All") || request.Asks("dryRun") == "All",
    };

    public void CheckPreconditions(ResourceKind kind, JsonObject thing)
    {
        if (Uid is { Length: > 0 } && Uid != thing.Uid())
        {
            throw ApiRefusal.Precondition(kind, thing.Name(), "UID", Uid, thing.Uid(), "deleted and then recreated");
        }

        if (ResourceVersion is { Length: > 0 } && ResourceVersion != thing.Text("metadata", "resourceVersion"))
        {
            throw ApiRefusal.Precondition(kind, thing.Name(), "ResourceVersion", ResourceVersion, thing.Text("metadata", "resourceVersion")!, "modified");
        }
    }
}
