using System.Text.Json;
using DrainerFunction.Runtime;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>
/// The fields of a JSON object from outside. A required field that cannot be used is remembered by its name and read as
/// empty, so that a decoder reads straight through and the whole of what is wrong is said at once, by <see cref="Unless"/>.
/// </summary>
internal sealed class EventFields
{
    private const int MostTold = 6;

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

    public string Name(string name) => Checked(name, AwsIdentifiers.IsName, "is not a valid name");

    /// <summary>An instance id, alone or at the end of an ARN.</summary>
    public string InstanceId(string name) => Checked(name, AwsIdentifiers.InstanceIdIn, "is not an instance id");

    public string ReservationId(string name) => Checked(name, AwsIdentifiers.IsCapacityReservationId, "is no capacity reservation");

    public string Account(string name) => Checked(name, AwsIdentifiers.IsAccount, "is not an account id of 12 digits");

    public string Region(string name) => Checked(name, AwsIdentifiers.IsRegion, "is not a region");

    public DateTimeOffset? Time(string name) => Text(name) is not { } value ? null
        : EventTimes.Parse(value) ?? RefuseTime(name, $"is not a timestamp: '{UntrustedText.Short(value)}'");

    /// <summary>A date that AWS announces; one that is beyond belief counts as the farthest that is not.</summary>
    public DateTimeOffset? Date(string name, DateTimeOffset sentAt) => Time(name) is { } date ? PlausibleInstants.Announced(date, sentAt) : null;

    public DateTimeOffset RequiredDate(string name, DateTimeOffset sentAt) => Date(name, sentAt) ?? RefuseTime(name, "is missing or empty");

    /// <summary>When something happened, held against when SQS took the message.</summary>
    public DateTimeOffset EventTime(string name, Arrival arrival)
    {
        if (Time(name) is not { } time)
        {
            return RefuseTime(name, "is missing or empty");
        }

        return arrival.Allows(time) || Refused(name) ? time
            : RefuseTime(name, $"is not within 30 days before and 5 minutes after the message was sent ({arrival.SentAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}): '{UntrustedText.Short(Text(name))}'");
    }

    /// <summary>An id that is only carried along; null where it is absent or too long to be one.</summary>
    public string? Id(string name) => Text(name) is { Length: <= 128 } id && !id.Any(char.IsControl) ? id : null;

    public EventFields Inner(string name) => Find(name) is { ValueKind: JsonValueKind.Object } inner
        ? new(inner, $"{path}{name}.", problems)
        : new(default, $"{path}{name}.", Problem($"{path}{name} is missing or not an object"));

    /// <summary>The names of the first few members, for the operator.</summary>
    public string Members => string.Join(", ", json.EnumerateObject().Take(5).Select(member => UntrustedText.Short(member.Name))) is { Length: > 0 } names ? names : "none";

    /// <summary>The texts of a list; what is no text is left out.</summary>
    public IEnumerable<string> Texts(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? from item in list.EnumerateArray() where item.ValueKind is JsonValueKind.String select item.GetString()!
        : [];

    /// <summary>The objects of a list; what is no object is left out.</summary>
    public IEnumerable<EventFields> List(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? from item in list.EnumerateArray() where item.ValueKind is JsonValueKind.Object select new EventFields(item, $"{path}{name}[].", problems)
        : [];

    public string Refuse(string name, string why)
    {
        Problem($"{path}{name} {why}");
        return "";
    }

    /// <summary>The given result, unless something was refused. Of many problems the first few are told: a message may hold thousands.</summary>
    public DecodedMessage Unless(DecodedMessage relevant)
    {
        if (problems is [])
        {
            return relevant;
        }

        var distinct = problems.Distinct().ToList();
        var more = distinct.Count > MostTold ? $"; and {distinct.Count - MostTold} more" : "";
        return new DecodedMessage.Malformed($"{string.Join("; ", distinct.Take(MostTold))}{more}");
    }

    private string Checked(string name, Func<string, bool> isOne, string objection) => Checked(name, value => isOne(value) ? value : null, objection);

    private string Checked(string name, Func<string, string?> read, string objection) =>
        Required(name) is not { Length: > 0 } value ? "" : read(value) ?? Refuse(name, $"{objection}: '{UntrustedText.Short(value)}'");

    private bool Refused(string name) => problems.Exists(problem => problem.StartsWith($"{path}{name} ", StringComparison.Ordinal));

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
}
