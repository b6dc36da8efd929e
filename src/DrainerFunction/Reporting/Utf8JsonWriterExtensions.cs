using System.Text.Json;
using DrainerFunction.Runtime;

namespace DrainerFunction.Reporting;

/// <summary>What the log's lines are written with. Times are ISO 8601 in UTC; the unit of a span is in its name.</summary>
internal static class Utf8JsonWriterExtensions
{
    /// <summary>Raised when a field changes its name, type, unit or meaning; new fields do not raise it.</summary>
    public const int Schema = 1;

    extension(Utf8JsonWriter json)
    {
        /// <summary>What every line begins with.</summary>
        public void WriteHead(string level, string message, string @event, string requestId)
        {
            json.WriteString("level", level);
            json.WriteString("message", message);
            json.WriteString("event", @event);
            json.WriteNumber("schema", Schema);
            json.WriteString("version", FunctionVersion.Text);
            json.WriteString("requestId", requestId);
        }

        public void WriteInstant(string name, DateTimeOffset? at)
        {
            if (at is { } instant)
            {
                json.WriteString(name, instant.UtcDateTime);
            }
            else
            {
                json.WriteNull(name);
            }
        }

        public void WriteSeconds(string name, TimeSpan? span) => json.WriteRounded(name, span?.TotalSeconds);

        public void WriteMilliseconds(string name, TimeSpan? span) => json.WriteRounded(name, span?.TotalMilliseconds);

        public void WriteStrings(string name, IEnumerable<string> values) => json.WriteArray(name, values, json.WriteStringValue);

        /// <summary>A list of objects.</summary>
        public void WriteObjects<T>(string name, IEnumerable<T> items, Action<T> members) => json.WriteArray(name, items, item =>
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        });

        public void WriteArray<T>(string name, IEnumerable<T> items, Action<T> write)
        {
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                write(item);
            }

            json.WriteEndArray();
        }

        private void WriteRounded(string name, double? number)
        {
            if (number is { } value)
            {
                json.WriteNumber(name, Math.Round(value, 3));
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
