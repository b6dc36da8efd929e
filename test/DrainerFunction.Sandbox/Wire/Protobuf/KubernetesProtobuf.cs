using System.Text;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.Wire.Protobuf;

/// <summary>
/// Bodies in <c>application/vnd.kubernetes.protobuf</c> as the JSON they stand for. kubectl sends some of its requests so
/// since 1.32 and, other than with CBOR, does not try again in JSON.
/// </summary>
internal static class KubernetesProtobuf
{
    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    public static bool IsSaidBy(string? contentType) => contentType?.StartsWith("application/vnd.kubernetes.protobuf", StringComparison.Ordinal) is true;

    /// <exception cref="FormatException">It is none, or holds something that <see cref="KubernetesMessages"/> does not know; the message says what.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw new FormatException("the body does not begin with the protobuf prefix of Kubernetes");
        }

        var envelope = Message(body[Magic.Length..], "Unknown");
        var (apiVersion, kind) = (envelope["typeMeta"]?["apiVersion"]?.ToString() ?? "", envelope["typeMeta"]?["kind"]?.ToString() ?? "");
        if (!KubernetesMessages.All.ContainsKey(kind))
        {
            throw new FormatException($"{kind} of {apiVersion} is not among the kinds that are understood in protobuf here; JSON is understood for all");
        }

        var thing = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        foreach (var (name, value) in Message(Convert.FromBase64String(envelope["raw"]?.ToString() ?? ""), kind))
        {
            thing[name] = value?.DeepClone();
        }

        return thing;
    }

    private static JsonObject Message(ReadOnlySpan<byte> bytes, string name)
    {
        var fields = KubernetesMessages.All[name];
        var message = new JsonObject();
        var reader = new WireReader(bytes);
        while (reader.TryNext(out var number, out var value))
        {
            if (!fields.TryGetValue(number, out var field))
            {
                throw new FormatException($"field {number} of {name} is not understood in protobuf here; in JSON it is");
            }

            Add(message, field, value);
        }

        return message;
    }

    private static void Add(JsonObject message, ProtobufField field, WireValue value)
    {
        if (field.IsMap)
        {
            var (key, item) = Entry(field, value.Bytes);
            ((JsonObject)(message[field.Name] ??= new JsonObject()))[key] = item;
        }
        else if (field.IsList)
        {
            ((JsonArray)(message[field.Name] ??= new JsonArray())).Add(Value(field, value));
        }
        else if (Value(field, value) is { } single && !(field.IsLeftOutWhenEmpty && IsEmpty(single)))
        {
            message[field.Name] = single;
        }
    }

    private static JsonNode? Value(ProtobufField field, WireValue value) => field.Type switch
    {
        "string" => Encoding.UTF8.GetString(value.Bytes),
        "bytes" => Convert.ToBase64String(value.Bytes),
        "bool" => value.Number != 0,
        "int" => (long)value.Number,
        "skip" => null,
        "empty" => value.Bytes.IsEmpty ? null : throw new FormatException($"{field.Name} is not understood in protobuf here; in JSON it is"),
        "IntOrString" => IntOrString(value.Bytes),
        var message => Message(value.Bytes, message),
    };

    private static (string Key, JsonNode? Item) Entry(ProtobufField map, ReadOnlySpan<byte> bytes)
    {
        var (key, item) = ("", (JsonNode?)"");
        var reader = new WireReader(bytes);
        while (reader.TryNext(out var number, out var value))
        {
            if (number == 1)
            {
                key = Encoding.UTF8.GetString(value.Bytes);
            }
            else
            {
                item = Value(map, value);
            }
        }

        return (key, item);
    }

    // Both forms are always written; the type says which one counts.
    private static JsonNode IntOrString(ReadOnlySpan<byte> bytes)
    {
        var either = Message(bytes, "IntOrString");
        return either["type"]?.GetValue<long>() == 1 ? either["strVal"]?.ToString() ?? "" : either["intVal"]?.GetValue<long>() ?? 0;
    }

    // Fields that are no pointers in Go are written even when nobody set them.
    private static bool IsEmpty(JsonNode value) => value switch
    {
        JsonObject { Count: 0 } => true,
        JsonValue single when single.TryGetValue<string>(out var text) => text.Length == 0,
        JsonValue single when single.TryGetValue<long>(out var number) => number == 0,
        JsonValue single when single.TryGetValue<bool>(out var flag) => !flag,
        _ => false,
    };
}
