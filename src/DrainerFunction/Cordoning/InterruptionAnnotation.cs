using System.Text.Json;
using System.Text.Json.Serialization;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>
/// What the node itself remembers of its interruption, as JSON in the annotation <c>node-drainer/interruption</c>. It is
/// the only state that is kept besides the lifecycle hook: written with the cordon, in one patch.
/// </summary>
internal sealed record InterruptionAnnotation
{
    public const string Annotation = "node-drainer/interruption";

    /// <summary>The instance this is about; a node of the same name on another instance starts anew.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The node object that it was written for: one that registers with an annotation and a seal cannot know its own. Null in those of 0.1.</summary>
    public string? NodeUid { get; init; }

    /// <summary>The machine's boot id when it was cordoned: another one means that the threat has passed.</summary>
    public string? BootId { get; init; }

    /// <summary>Sorted by their words, without repeats.</summary>
    // Here and below: the generated reader sets what is absent to null, whatever stands behind the property.
    public IReadOnlyList<InterruptionKind> Kinds { get; init => field = value ?? []; } = [];

    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When the bound of each kind is reached. For those who read the node, and for undoing a kind; no drain is bound by them.</summary>
    public IReadOnlyDictionary<InterruptionKind, DateTimeOffset> Deadlines { get; init => field = value ?? new Dictionary<InterruptionKind, DateTimeOffset>(); } = new Dictionary<InterruptionKind, DateTimeOffset>();

    /// <summary>The earliest of <see cref="Deadlines"/>; version 0.1 reads it.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The beginning of time where something ends the machine, otherwise null; version 0.1 reads it.</summary>
    public DateTimeOffset? HardFrom { get; init; }

    /// <summary>What version 0.1 wrote beside a scheduled change: the bound of everything else. Read, never written.</summary>
    public FirmBound? Firm { get; init; }

    /// <summary>The newest chain of continuations: ordinal order is age, so the greatest is the living one.</summary>
    public required Chain Chain { get; init; }

    /// <summary>That chain comes of a lifecycle action: only such a one takes over the hooks of another, for a threat of another kind may pass.</summary>
    public bool ChainAnswers { get; init; }

    /// <summary>The kinds that the messages of that chain carry themselves: a machine that goes is left to it only where its end is among them.</summary>
    public IReadOnlyList<InterruptionKind> ChainKinds { get; init => field = value ?? []; } = [];

    /// <summary>When that chain was last here; one that has not been for long is dead, and the sweep goes on in its place.</summary>
    public DateTimeOffset? ChainAt { get; init; }

    /// <summary>When the hook of the drained node is to be completed; until then its chain may sleep for as long as a message can be delayed.</summary>
    public DateTimeOffset? CompleteAt { get; init; }

    public required DateTimeOffset CordonedAt { get; init; }

    /// <summary>False when the node was unschedulable before the cordon: then undo leaves it so.</summary>
    public required bool CordonedByUs { get; init; }

    /// <summary>Taints that the function added, as <c>key:effect</c>.</summary>
    public IReadOnlyList<string> Taints { get; init => field = value ?? []; } = [];

    /// <summary>Labels that the function added.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];

    /// <summary>The lifecycle actions that wait for this drain; the living chain completes them all.</summary>
    public IReadOnlyList<LifecycleHookName> Hooks { get; init => field = value ?? []; } = [];

    /// <summary>The claim on the started notice.</summary>
    public NoticeClaim? Started { get; init; }

    /// <summary>The claim on the finished notice.</summary>
    public NoticeClaim? Finished { get; init; }

    /// <summary>Members of a later version: written back as they were.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>False for one of 0.1: what it says is good for an undo and for the name of its chain, and for nothing else.</summary>
    [JsonIgnore]
    public bool IsSealed { get; init; } = true;

    public static bool IsOn(V1Node node) => node.Metadata.Annotations?.ContainsKey(Annotation) is true;

    /// <summary>What the node says of its bounds: enough to say what a drain would do, nothing to act upon.</summary>
    [JsonIgnore]
    public Bounds Hint => Bounds.Of(new Bound.Hook(Deadline, FirstSeen, LetsGo: HardFrom is not null));

    /// <summary>Written for another instance, or before this one started anew.</summary>
    public bool IsStaleOn(V1Node node, string instanceId) => InstanceId != instanceId || (BootId is { } boot && node.BootId is { } running && boot != running);

    public string ToJson() => JsonSerializer.Serialize(this, AnnotationJson.Default.InterruptionAnnotation);

    public InterruptionAnnotation AsUnsealed() => this with { IsSealed = false, Hooks = [], CompleteAt = null, Firm = null, Started = null, Finished = null };
}

internal sealed record FirmBound(DateTimeOffset At);

/// <param name="By">The chain and attempt that sends it, so that its own redelivery may send it again.</param>
internal sealed record NoticeClaim(DateTimeOffset At, string By);

/// <summary>A kind in the annotation is its word.</summary>
internal sealed class InterruptionKindConverter : JsonConverter<InterruptionKind>
{
    public override InterruptionKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        InterruptionKinds.Of(reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null) ?? throw new JsonException("It is no kind of interruption.");

    public override void Write(Utf8JsonWriter writer, InterruptionKind value, JsonSerializerOptions options) => writer.WriteStringValue(value.Word);

    public override InterruptionKind ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, InterruptionKind value, JsonSerializerOptions options) => writer.WritePropertyName(value.Word);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(InterruptionKindConverter)])]
[JsonSerializable(typeof(InterruptionAnnotation))]
internal sealed partial class AnnotationJson : JsonSerializerContext;
