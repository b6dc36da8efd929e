using System.Globalization;
using System.Text.Json;

namespace DrainerFunction.Sandbox.Report;

/// <summary>Reads members that may be missing, null or of another type: a log may hold anything.</summary>
internal static class JsonReading
{
    extension(JsonElement parent)
    {
        public string? Text(string name) => parent.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        public JsonElement? Object(string name) => parent.Member(name) is { ValueKind: JsonValueKind.Object } found ? found : null;

        public int Number(string name) => parent.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;

        public bool Truth(string name) => parent.Member(name) is { ValueKind: JsonValueKind.True };

        public DateTimeOffset? Time(string name) => parent.Member(name)?.AsTime();

        public IEnumerable<JsonElement> Items(string name) =>
            parent.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

        public DateTimeOffset? AsTime() =>
            parent.ValueKind is JsonValueKind.String
            && DateTimeOffset.TryParse(parent.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? time
                : null;

        private JsonElement? Member(string name) =>
            parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : null;
    }
}
