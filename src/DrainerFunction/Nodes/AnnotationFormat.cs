using System.Text.Json;
using System.Text.Json.Serialization;
using DrainerFunction.Interruptions;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>Reads and writes the annotation.</summary>
internal static class AnnotationFormat
{
    /// <returns>Null when the node has no annotation of ours, or one that we would never have written.</returns>
    public static InterruptionAnnotation? Read(V1Node node)
    {
        if (node.Metadata.Annotations?.TryGetValue(InterruptionAnnotation.Annotation, out var text) is not true || text is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, AnnotationJson.Default.InterruptionAnnotation) is { } noted && IsPlausible(noted) ? noted : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Whoever may annotate a node could write anything there, a kubelet on its own node, too.
    private static bool IsPlausible(InterruptionAnnotation noted) =>
        IsPlausible(noted.FirstSeen) && IsPlausible(noted.CordonedAt) && IsPlausible(noted.Deadline) && IsPlausible(noted.ChainAt)
        && IsPlausible(noted.CompleteAt) && IsPlausible(noted.Firm?.At)
        && IsPlausible(noted.Started?.At) && IsPlausible(noted.Finished?.At)
        && AreDistinct(noted.Kinds) && AreDistinct(noted.Taints) && AreDistinct(noted.Labels) && AreDistinct(noted.Hooks);

    private static bool IsPlausible(DateTimeOffset? time) => time is null or { Year: > 2000 and < 2200 };

    private static bool AreDistinct<T>(IReadOnlyList<T?>? items) => items is not null && items.All(item => item is not null) && items.Distinct().Count() == items.Count;

    public static string Write(InterruptionAnnotation noted) => JsonSerializer.Serialize(noted, AnnotationJson.Default.InterruptionAnnotation);

    /// <summary>The word for a kind in the annotation: spotReclaim, termination, …</summary>
    public static string Word(InterruptionKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    extension(V1Node node)
    {
        public string? BootId => node.Status?.NodeInfo?.BootID;

        public bool IsOn(string instanceId) => node.InstanceId == instanceId;

        /// <summary>What it remembers of this instance in this life of its machine.</summary>
        public InterruptionAnnotation? NotedOf(string instanceId) => Read(node) is { } noted && !noted.IsStaleOn(node, instanceId) ? noted : null;
    }

    extension(InterruptionAnnotation noted)
    {
        public Deadline Bound => new(noted.Deadline, noted.HardFrom);

        /// <summary>What the node says of its bounds: enough to say what a drain would do, nothing to act upon.</summary>
        public Bounds Hint => Bounds.Of(new Bound.Hook(noted.Deadline, noted.FirstSeen, LetsGo: noted.HardFrom is not null));

        /// <summary>Written for another instance, or before this one started anew.</summary>
        public bool IsStaleOn(V1Node node, string instanceId) =>
            noted.InstanceId != instanceId || (noted.BootId is { } boot && node.BootId is { } running && boot != running);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(InterruptionAnnotation))]
internal sealed partial class AnnotationJson : JsonSerializerContext;
