using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DrainerFunction.DirectInvocations;
using DrainerFunction.DirectInvocations.Check.Answers;
using DrainerFunction.Sweeping;

namespace DrainerFunction;

/// <summary>The answers to what is asked by hand: for people, so indented and with their apostrophes.</summary>
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(DrainAnswer))]
[JsonSerializable(typeof(CheckAnswer))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(SweepAnswer))]
internal sealed partial class DirectAnswerJson : JsonSerializerContext
{
    public static DirectAnswerJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters = { new SecondsConverter() },
    });

    // People read them: in UTC, to the second.
    private sealed class SecondsConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}
