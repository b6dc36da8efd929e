using System.Text.Json;
using DrainerFunction.Runtime.Payloads;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>A strategic merge patch of one node, for the version it was made from.</summary>
internal sealed record NodePatch
{
    public required string? ResourceVersion { get; init; }

    /// <summary>A null value removes the annotation.</summary>
    public IReadOnlyDictionary<string, string?> Annotations { get; init; } = new Dictionary<string, string?>();

    /// <summary>A null value removes the label.</summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>();

    /// <summary>True cordons, false lifts the cordon, null leaves it.</summary>
    public bool? Unschedulable { get; init; }

    /// <summary>All taints of the node: the API server replaces the list as a whole. Null leaves it.</summary>
    public IReadOnlyList<V1Taint>? Taints { get; init; }

    /// <summary>Writes the annotation and its seal, which confirms no other text.</summary>
    /// <param name="annotation">Null removes it.</param>
    /// <param name="taints">Those that the node shall have besides the seal.</param>
    public static NodePatch Annotating(V1Node node, InterruptionAnnotation? annotation, IEnumerable<V1Taint> taints)
    {
        var text = (annotation is null ? null : annotation with { NodeUid = node.Metadata.Uid })?.ToJson();
        return new()
        {
            ResourceVersion = node.Metadata.ResourceVersion,
            Annotations = new Dictionary<string, string?> { [InterruptionAnnotation.Annotation] = text },
            Taints = AnnotationSeal.Renew(taints, text),
        };
    }

    public bool ChangesNothing => Annotations.Count == 0 && Labels.Count == 0 && Unschedulable is null && Taints is null;

    public string ToJson() => JsonBody.TextOf(json =>
    {
        WriteMetadata(json);
        WriteSpec(json);
    });

    private void WriteMetadata(Utf8JsonWriter json)
    {
        json.WriteStartObject("metadata");
        if (ResourceVersion is not null)
        {
            json.WriteString("resourceVersion", ResourceVersion);
        }

        Write(json, "annotations", Annotations);
        Write(json, "labels", Labels);
        json.WriteEndObject();
    }

    private void WriteSpec(Utf8JsonWriter json)
    {
        if (Unschedulable is null && Taints is null)
        {
            return;
        }

        json.WriteStartObject("spec");
        if (Unschedulable is true)
        {
            json.WriteBoolean("unschedulable", true);
        }
        else if (Unschedulable is false)
        {
            json.WriteNull("unschedulable");
        }

        if (Taints is { Count: 0 })
        {
            json.WriteNull("taints");
        }
        else if (Taints is not null)
        {
            json.WriteStartArray("taints");
            foreach (var taint in Taints)
            {
                Write(json, taint);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, V1Taint taint)
    {
        json.WriteStartObject();
        json.WriteString("key", taint.Key);
        if (taint.Value is not null)
        {
            json.WriteString("value", taint.Value);
        }

        json.WriteString("effect", taint.Effect);
        if (taint.TimeAdded is { } added)
        {
            json.WriteString("timeAdded", added.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string?> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in entries)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
