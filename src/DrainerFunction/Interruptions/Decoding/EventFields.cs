using System.Text.Json;
using System.Text.RegularExpressions;
using DrainerFunction.Runtime;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// The fields of a JSON object from outside. A required field that cannot be used is remembered by its name and read as
/// empty, so that a decoder reads straight through and the whole of what is wrong is said at once, by <see cref="Unless"/>.
/// </summary>
internal sealed partial class EventFields
{
    private readonly JsonElement json;
    private readonly string path;
    private readonly List<string> problems;

    private EventFields(JsonElement json, string path, List<string> problems) =>
        (this.json, this.path, this.problems) = (json, path, problems);

    public static EventFields? Of(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } json ? new(json, "", []) : null;

    /// <summary>Text, or a number as it is written; null if it is absent, empty or anything else.</summary>
    public string? Text(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() is { } value && !string.IsNullOrWhiteSpace(value) ? value : null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public string Required(string name) => Text(name) ?? Refuse(name, "is missing or empty");

    /// <summary>A name as AWS allows it: at most 255 characters, none of them a control character.</summary>
    public string Name(string name) => Required(name) is var value && (value.Length > 255 || value.Any(char.IsControl))
        ? Refuse(name, $"is no name: '{UntrustedText.Short(value)}'")
        : value;

    /// <summary>An instance id, alone or at the end of an ARN.</summary>
    public string InstanceId(string name) => Required(name) switch
    {
        "" => "",
        var value => InstanceIds.In(value) ?? Refuse(name, $"is no instance id: '{UntrustedText.Short(value)}'"),
    };

    public string Account(string name) => Required(name) switch
    {
        "" => "",
        var value when AccountNumber().IsMatch(value) => value,
        var value => Refuse(name, $"is no account of 12 digits: '{UntrustedText.Short(value)}'"),
    };

    // A region becomes part of a host name, so what is none must go no further.
    public string Region(string name) => Required(name) switch
    {
        "" => "",
        var value when AwsArn.IsRegion(value) => value,
        var value => Refuse(name, $"is no region: '{UntrustedText.Short(value)}'"),
    };

    public DateTimeOffset? Time(string name) => Text(name) is not { } value ? null
        : EventTimes.Parse(value) is not { } time ? RefuseTime(name, $"is no time: '{UntrustedText.Short(value)}'")
        : time.Year is < 1990 or > 2100 ? RefuseTime(name, $"is no time of ours: '{UntrustedText.Short(value)}'")
        : time;

    public DateTimeOffset RequiredTime(string name) => Time(name) ?? (Text(name) is null ? RefuseTime(name, "is missing or empty") : default);

    /// <summary>When something happened: a clock may be off, but not by a day.</summary>
    public DateTimeOffset EventTime(string name, DateTimeOffset now) =>
        RequiredTime(name) is var time && time - now > TimeSpan.FromDays(1)
            ? RefuseTime(name, $"is more than a day ahead: {time:O}")
            : time;

    /// <summary>An id that is only carried along; null where it is absent or too long to be one.</summary>
    public string? Id(string name) => Text(name) is { Length: <= 128 } id && !id.Any(char.IsControl) ? id : null;

    public EventFields Inner(string name) => Find(name) is { ValueKind: JsonValueKind.Object } inner
        ? new(inner, $"{path}{name}.", problems)
        : new(default, $"{path}{name}.", Problem($"{path}{name} is missing or no object"));

    /// <summary>The objects of a list; what is no object is left out.</summary>
    public IEnumerable<EventFields> List(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? from item in list.EnumerateArray() where item.ValueKind is JsonValueKind.Object select new EventFields(item, $"{path}{name}[].", problems)
        : [];

    public string Refuse(string name, string why)
    {
        Problem($"{path}{name} {why}");
        return "";
    }

    /// <summary>The given result, unless something was refused.</summary>
    public DecodedMessage Unless(DecodedMessage relevant) =>
        problems is [] ? relevant : new DecodedMessage.Malformed($"{string.Join("; ", problems.Distinct())}.");

    private DateTimeOffset RefuseTime(string name, string why)
    {
        Refuse(name, why);
        return default;
    }

    private List<string> Problem(string problem)
    {
        problems.Add(problem);
        return problems;
    }

    // AWS writes lastUpdatedTime and lastupdatedTime for the same thing; the exact name goes first.
    private JsonElement? Find(string name)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        return json.TryGetProperty(name, out var exact)
            ? exact
            : json.EnumerateObject().Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => (JsonElement?)field.Value).FirstOrDefault();
    }

    [GeneratedRegex(@"^[0-9]{12}\z")]
    private static partial Regex AccountNumber();
}
