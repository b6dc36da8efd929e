using System.Text.Json;
using System.Text.Json.Serialization;
using DrainerFunction.Interruptions;
using k8s.Models;

namespace DrainerFunction.Nodes;

/// <summary>The words and the text of the annotation; who reads one is Cordoning's AnnotationReader.</summary>
internal static class AnnotationFormat
{
    public static string Write(InterruptionAnnotation noted) => JsonSerializer.Serialize(noted, AnnotationJson.Default.InterruptionAnnotation);

    /// <summary>The word for a kind in the annotation: spotReclaim, termination, …</summary>
    public static string Word(InterruptionKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    extension(V1Node node)
    {
        public string? BootId => node.Status?.NodeInfo?.BootID;

        public bool IsOn(string instanceId) => node.InstanceId == instanceId;
    }

    extension(InterruptionAnnotation noted)
    {
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
