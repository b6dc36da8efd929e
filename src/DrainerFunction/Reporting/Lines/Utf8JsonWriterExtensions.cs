using System.Text.Json;

namespace DrainerFunction.Reporting.Lines;

/// <summary>How times and spans look in our lines: ISO 8601 in UTC; the unit of a span is in its name.</summary>
internal static class Utf8JsonWriterExtensions
{
    extension(Utf8JsonWriter json)
    {
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
