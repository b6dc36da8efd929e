using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>
/// The objects of Kubernetes that the function reads and writes, as the API server spells them. KubernetesJson knows all there are:
/// half the program and its start would be kinds that nobody here asks for.
/// </summary>
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
internal sealed partial class ApiServerJson : JsonSerializerContext
{
    /// <exception cref="JsonException">The text is not such an object.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, TypeOf<T>()) ?? throw new JsonException("null");

    /// <exception cref="JsonException">The element is not such an object.</exception>
    public static T Read<T>(JsonElement element) => element.Deserialize(TypeOf<T>()) ?? throw new JsonException("null");

    public static string Write<T>(T thing) => JsonSerializer.Serialize(thing, TypeOf<T>());

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>?)Default.GetTypeInfo(typeof(T))
        ?? throw new NotSupportedException($"{typeof(T).Name} is no kind that the function reads.");
}

/// <summary>Writes times as Kubernetes' MicroTime, which its Time reads as well; reads whatever ISO 8601 form comes.</summary>
internal sealed class ApiTimeConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTime().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
}
