using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DrainerFunction.Runtime.Payloads;

/// <summary>The strings of a document from an untrusted sender.</summary>
internal static class JsonText
{
    /// <summary>
    /// The string, or null for another kind of value. One that is no text (half a surrogate pair, broken UTF-8) comes as it
    /// was sent, so that its message can still be named and set aside.
    /// </summary>
    public static string? Of(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));
        }
    }

    /// <summary>The member of that name; undefined where the parent is no object or has none.</summary>
    public static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : default;

    /// <summary>The string of that name; null where the parent is no object or has none.</summary>
    public static string? Of(JsonElement parent, string name) => Of(Member(parent, name));

    /// <summary>The elements of the list of that name; none where the parent is no object or has no such list.</summary>
    public static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;
}
