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
}
