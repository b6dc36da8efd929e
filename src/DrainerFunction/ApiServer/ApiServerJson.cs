// Over 150 lines: the one table of the types that are read from a cluster.
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>
/// The objects of Kubernetes that the function reads and writes, as the API server spells them. KubernetesJson knows all there are:
/// half the program and its start would be kinds that are not asked for here. What is not needed is passed over while reading: a node of
/// hundreds of pods then takes little memory, and a form of a container that is not known yet stops no drain.
/// </summary>
internal static class ApiServerJson
{
    // Of these types only these members are read; of all others every one.
    private static readonly FrozenDictionary<Type, string[]> LookedAt = new Dictionary<Type, string[]>
    {
        [typeof(V1PodSpec)] = ["nodeName", "priority", "priorityClassName", "terminationGracePeriodSeconds", "tolerations", "volumes"],
        [typeof(V1PodStatus)] = ["containerStatuses", "ephemeralContainerStatuses", "initContainerStatuses", "phase"],
        [typeof(V1ContainerStatus)] = ["state"],
        [typeof(V1ContainerState)] = ["running", "terminated"],
        [typeof(V1ContainerStateRunning)] = [],
        [typeof(V1ContainerStateTerminated)] = [],
        [typeof(V1Volume)] = ["emptyDir", "ephemeral", "name", "persistentVolumeClaim"],
        [typeof(V1EmptyDirVolumeSource)] = [],
        [typeof(V1EphemeralVolumeSource)] = [],
        [typeof(V1NodeSpec)] = ["providerID", "taints", "unschedulable"],
        [typeof(V1NodeStatus)] = ["conditions", "nodeInfo", "volumesAttached"],
        [typeof(V1PodDisruptionBudgetSpec)] = ["maxUnavailable", "minAvailable", "selector"],
        [typeof(V1PodDisruptionBudgetStatus)] = ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"],
        [typeof(V1ManagedFieldsEntry)] = [],
        [typeof(V1ListMeta)] = ["continue", "resourceVersion"],
    }.ToFrozenDictionary();

    private static readonly JsonSerializerOptions Needed = new(ApiServerKinds.Default.Options) { TypeInfoResolver = ApiServerKinds.Default.WithAddedModifier(PassOverTheRest) };

    /// <exception cref="JsonException">The text is not such an object.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, TypeOf<T>()) ?? throw new JsonException("null");
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            throw new JsonException(unreadable.Message, unreadable);
        }
    }

    /// <summary>The same from a stream, of which no more lies in memory than its longest text.</summary>
    /// <exception cref="JsonException">The text is not such an object.</exception>
    public static async Task<T> ReadAsync<T>(Stream utf8, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(utf8, TypeOf<T>(), cancellationToken) ?? throw new JsonException("null");
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            throw new JsonException(unreadable.Message, unreadable);
        }
    }

    public static string Write<T>(T thing) => JsonSerializer.Serialize(thing, TypeOf<T>());

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Needed.GetTypeInfo(typeof(T));

    private static void PassOverTheRest(JsonTypeInfo type)
    {
        if (type.Type == typeof(V1ObjectMeta))
        {
            type.Properties.Single(member => member.Name == "annotations").CustomConverter = new NeededAnnotations();
        }

        if (!LookedAt.TryGetValue(type.Type, out var names))
        {
            return;
        }

        foreach (var member in type.Properties.Where(member => !names.Contains(member.Name)).ToList())
        {
            type.Properties.Remove(member);
        }
    }
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ApiTimeConverter)])]
[JsonSerializable(typeof(V1Node))]
[JsonSerializable(typeof(V1NodeList))]
[JsonSerializable(typeof(V1Pod))]
[JsonSerializable(typeof(V1PodList))]
[JsonSerializable(typeof(V1PodDisruptionBudget))]
[JsonSerializable(typeof(V1PodDisruptionBudgetList))]
[JsonSerializable(typeof(Corev1Event))]
internal sealed partial class ApiServerKinds : JsonSerializerContext;

/// <summary>Reads the annotations that the function asks for and passes over the others, which may be 256 KiB an object; writes all.</summary>
internal sealed class NeededAnnotations : JsonConverter<IDictionary<string, string>>
{
    private const string Own = "node-drainer/";

    private static readonly FrozenSet<string> OfPods = new[]
    {
        PodProperties.Mirror, PodProperties.DoNotDisrupt, PodProperties.SafeToEvict,
    }.ToFrozenSet(StringComparer.Ordinal);

    public override IDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw new JsonException("annotations are not an object");
        }

        var needed = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType is JsonTokenType.String && (OfPods.Contains(key) || key.StartsWith(Own, StringComparison.Ordinal)))
            {
                needed[key] = reader.GetString()!;
            }
            else
            {
                // All of it is there: the serializer reads ahead for a converter.
                reader.TrySkip();
            }
        }

        return needed;
    }

    public override void Write(Utf8JsonWriter writer, IDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, text) in value)
        {
            writer.WriteString(key, text);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Writes times as Kubernetes' MicroTime, which its Time reads as well; reads whatever ISO 8601 form comes.</summary>
internal sealed class ApiTimeConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTime().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
}
