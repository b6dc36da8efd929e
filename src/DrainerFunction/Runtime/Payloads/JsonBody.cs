using System.Buffers;
using System.Text;
using System.Text.Json;

namespace DrainerFunction.Runtime.Payloads;

/// <summary>A JSON object that is written member by member.</summary>
internal static class JsonBody
{
    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    public static string TextOf(Action<Utf8JsonWriter> members) => Encoding.UTF8.GetString(Of(members).Span);
}
