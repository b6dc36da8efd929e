using System.Text.Json;
using System.Text.RegularExpressions;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.ApiServer;

/// <summary>What an API server says when it does not do what it was asked: a <c>Status</c> object, or plain text where none could be made.</summary>
internal sealed partial record ApiStatus
{
    private const int LongestText = 500;

    // No drain can wait as long as this; more would only overflow in arithmetic.
    private const int LongestRetryAfter = 24 * 60 * 60;

    /// <summary>Whether it is a Status of an API server; anything else may come from whatever stands between.</summary>
    public bool IsStatus { get; private init; }

    public int? Code { get; private init; }

    public string Reason { get; private init; } = "";

    public string Message { get; private init; } = "";

    private IReadOnlyList<(string Reason, string Message)> Causes { get; init; } = [];

    public TimeSpan? RetryAfter { get; private init; }

    private string DetailsKind { get; init; } = "";

    private string DetailsName { get; init; } = "";

    public bool IsHeldByDisruptionBudget => Causes.Any(cause => cause.Reason is "DisruptionBudget");

    /// <summary>A budget that cannot be reckoned with: its own numbers are broken, and so it lets no pod go. Kubernetes names the resource in the singular there.</summary>
    public bool IsBrokenBudget => DetailsKind is "poddisruptionbudget" or "poddisruptionbudgets";

    public bool IsMoreThanOneBudget => Message.Contains("more than one PodDisruptionBudget", StringComparison.Ordinal);

    public bool IsNamespaceTerminating =>
        Causes.Any(cause => cause.Reason is "NamespaceTerminating") || Message.Contains("because it is being terminated", StringComparison.Ordinal);

    // Two layers of the API machinery check it, each in its own words.
    public bool IsUidConflict => Reason is "Conflict" && UidPrecondition().IsMatch(Message);

    /// <summary>RBAC's own words: <c>User "…" cannot create resource "pods/eviction" …</c>.</summary>
    public bool IsDeniedByRbac => Denied().IsMatch(Message);

    /// <summary>The admission webhook or policy that said no, or could not be asked.</summary>
    public string? Admission => Webhook().Match(Message) is { Success: true } by ? by.Groups["name"].Value : null;

    public string? Budget =>
        Causes.Select(cause => cause.Message).Append(Message).Select(text => BudgetName().Match(text)).FirstOrDefault(name => name.Success) is { } found ? found.Groups[1].Value
        : (IsBrokenBudget || DetailsKind is "PodDisruptionBudget") && DetailsName.Length > 0 ? DetailsName
        : null;

    /// <summary>The message with its causes, for the operator.</summary>
    public string Why => string.Join(" ", Causes.Select(cause => cause.Message).Where(text => text.Length > 0).Prepend(Message));

    public static ApiStatus Read(ReadOnlyMemory<byte> body, TimeSpan? retryAfterHeader)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Read(json.RootElement) is var status && retryAfterHeader is { } header ? status with { RetryAfter = header } : status;
        }
        catch (JsonException)
        {
            var text = System.Text.Encoding.UTF8.GetString(body.Span).Trim();
            return new() { Message = text.Length <= LongestText ? text : text[..LongestText], RetryAfter = retryAfterHeader };
        }
    }

    public static ApiStatus Read(JsonElement status)
    {
        var details = JsonText.Member(status, "details");
        return new()
        {
            IsStatus = Text(status, "kind") is "Status",
            Code = Number(status, "code"),
            Reason = Text(status, "reason"),
            Message = Text(status, "message"),
            DetailsKind = Text(details, "kind"),
            DetailsName = Text(details, "name"),
            RetryAfter = Number(details, "retryAfterSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRetryAfter)) : null,
            Causes = JsonText.Member(details, "causes") is { ValueKind: JsonValueKind.Array } causes
                ? [.. causes.EnumerateArray().Select(cause => (Text(cause, "reason"), Text(cause, "message")))]
                : [],
        };
    }

    private static string Text(JsonElement parent, string name) => JsonText.Of(parent, name) ?? "";

    private static int? Number(JsonElement parent, string name) =>
        JsonText.Member(parent, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt32(out var number) ? number : null;

    [GeneratedRegex("""\bcannot [a-z]+ resource "|no RBAC policy matched""")]
    private static partial Regex Denied();

    [GeneratedRegex("UID in (the )?precondition", RegexOptions.IgnoreCase)]
    private static partial Regex UidPrecondition();

    // A mutating policy calls itself only "policy" (kubernetes/kubernetes#134184).
    [GeneratedRegex("""(?:admission webhook|failed calling webhook|ValidatingAdmissionPolicy) ["'](?<name>[^"']+)["']|\bpolicy '(?<name>[^']+)' with binding '[^']*' denied request""")]
    private static partial Regex Webhook();

    [GeneratedRegex("""disruption budget "?([a-z0-9](?:[a-z0-9.\-]*[a-z0-9])?)"? (?:needs|is|has|requires|does|doesn)\b""")]
    private static partial Regex BudgetName();
}
