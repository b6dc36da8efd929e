using System.Globalization;
using System.Text.Json;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Runtime.Payloads;

/// <summary>Reads <c>{"plan":{…}}</c>, <c>{"drain":{…}}</c>, <c>{"check":{…}}</c> and <c>{"sweep":{}}</c>. A member it does not know is refused: it may be a safety catch misspelt.</summary>
internal static class DirectRequest
{
    private static readonly string[] Address = ["instance", "account", "region"];

    public static InvocationRequest Read(JsonProperty asked) => asked.Name switch
    {
        "plan" => Refusal(asked, Address) as InvocationRequest ?? new InvocationRequest.Plan(Instance(asked.Value)),
        "drain" => Refusal(asked, [.. Address, "deadline", "force"]) as InvocationRequest ?? new InvocationRequest.Drain(
            Instance(asked.Value), Deadline(asked.Value, out _), asked.Value.TryGetProperty("force", out var force) && force.ValueKind is JsonValueKind.True),
        "sweep" => Stray(asked, ["release"]) as InvocationRequest ?? (asked.Value.TryGetProperty("release", out var release) ? release.ValueKind switch
        {
            JsonValueKind.True => new InvocationRequest.Sweep(Release: true),
            JsonValueKind.False => new InvocationRequest.Sweep(),
            _ => Wrong(asked, "release", "true or false"),
        }
        : new InvocationRequest.Sweep()),
        "check" => CheckRefusal(asked) as InvocationRequest ?? new InvocationRequest.Check(JsonText.Of(asked.Value, "cluster"), JsonText.Of(asked.Value, "format") is "text"),
        _ => new InvocationRequest.Unknown($"\"{asked.Name}\" is not one of plan, drain, check, sweep."),
    };

    private static InvocationRequest.Unknown? Refusal(JsonProperty asked, string[] allowed) =>
        Stray(asked, allowed) is { } stray ? stray
        : !AwsIdentifiers.IsInstanceId(JsonText.Of(asked.Value, "instance") ?? "") ? Wrong(asked, "instance", "an instance id: i- and 8 or 17 hexadecimal digits")
        : !Fits(asked.Value, "account", AwsIdentifiers.IsAccount) ? Wrong(asked, "account", "12 digits")
        : !Fits(asked.Value, "region", AwsIdentifiers.IsRegion) ? Wrong(asked, "region", "a region such as eu-west-1")
        : Deadline(asked.Value, out var readable) is null && !readable ? Wrong(asked, "deadline", "an ISO 8601 time with its offset")
        : asked.Value.TryGetProperty("force", out var force) && force.ValueKind is not (JsonValueKind.True or JsonValueKind.False) ? Wrong(asked, "force", "true or false")
        : null;

    private static InvocationRequest.Unknown? CheckRefusal(JsonProperty asked) =>
        Stray(asked, ["cluster", "format"]) is { } stray ? stray
        : !Fits(asked.Value, "cluster", SettingPatterns.ClusterName().IsMatch) ? Wrong(asked, "cluster", "the name of an EKS cluster")
        : !Fits(asked.Value, "format", format => format is "json" or "text") ? Wrong(asked, "format", "json or text")
        : null;

    private static InvocationRequest.Unknown? Stray(JsonProperty asked, string[] allowed) =>
        asked.Value.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !allowed.Contains(name)) is { } stray
            ? new($"{asked.Name} has a member \"{stray}\"; allowed are: {(allowed is [] ? "none" : string.Join(", ", allowed))}.")
            : null;

    private static InvocationRequest.Unknown Wrong(JsonProperty asked, string member, string must) => new($"{asked.Name}.{member} must be {must}.");

    private static InstanceAddress Instance(JsonElement asked) => new(JsonText.Of(asked, "instance")!, JsonText.Of(asked, "account"), JsonText.Of(asked, "region"));

    private static bool Fits(JsonElement asked, string member, Func<string, bool> isForm) =>
        !asked.TryGetProperty(member, out var value) || (JsonText.Of(value) is { } text && isForm(text));

    private static DateTimeOffset? Deadline(JsonElement asked, out bool readable)
    {
        var given = asked.TryGetProperty("deadline", out var value) && value.ValueKind is not JsonValueKind.Null;
        var read = DateTime.TryParse(JsonText.Of(value), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            && time.Kind is not DateTimeKind.Unspecified;
        readable = !given || read;
        return given && read ? new DateTimeOffset(time).ToUniversalTime() : null;
    }
}
