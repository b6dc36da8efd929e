using System.Text.Json;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.ApiServer;

/// <summary>One webhook of an admission configuration, and what of a drain it is asked about. Its selectors are not looked at: it may be asked.</summary>
/// <param name="Name">As the API server names it where it refuses.</param>
/// <param name="FailsClosed">While it gives no answer, everything it would be asked about is refused.</param>
internal sealed record AdmissionWebhook(string Name, bool FailsClosed, TimeSpan Timeout, bool SeesEvictions, bool SeesNodes)
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1";

    public const string Policies = $"{Group}/validatingadmissionpolicies";

    public static IReadOnlyList<string> Paths { get; } = [$"{Group}/validatingwebhookconfigurations", $"{Group}/mutatingwebhookconfigurations"];

    public static IReadOnlyList<AdmissionWebhook> Read(JsonElement list) =>
    [
        .. from configuration in JsonText.Items(list, "items")
           from hook in JsonText.Items(configuration, "webhooks")
           let rules = JsonText.Items(hook, "rules").ToList()
           select new AdmissionWebhook(
               Text(hook, "name"),
               Text(hook, "failurePolicy") is not "Ignore",
               TimeSpan.FromSeconds(hook.TryGetProperty("timeoutSeconds", out var seconds) && seconds.TryGetInt32(out var number) ? number : 10),
               rules.Any(rule => IsAskedAbout(rule, "CREATE", "pods", "eviction") || IsAskedAbout(rule, "DELETE", "pods", null)),
               rules.Any(rule => IsAskedAbout(rule, "UPDATE", "nodes", null))),
    ];

    public static IReadOnlyList<string> NamesOf(JsonElement list) =>
        [.. JsonText.Items(list, "items").Select(item => Text(JsonText.Member(item, "metadata"), "name"))];

    private static bool IsAskedAbout(JsonElement rule, string operation, string resource, string? subresource) =>
        Texts(rule, "operations").Any(listed => listed is "*" || listed == operation)
        && Texts(rule, "apiGroups").Any(listed => listed is "*" or "" or "policy")
        && Texts(rule, "resources").Any(listed => Covers(listed, resource, subresource));

    // "pods", "pods/eviction", "pods/*", "*/eviction", "*" (no subresource) and "*/*".
    private static bool Covers(string pattern, string resource, string? subresource) => pattern.Split('/') switch
    {
        [var whole] => subresource is null && (whole is "*" || whole == resource),
        [var parent, var part] => (parent is "*" || parent == resource) && (part is "*" || part == subresource),
        _ => false,
    };

    private static IEnumerable<string> Texts(JsonElement parent, string name) => JsonText.Items(parent, name).Select(item => JsonText.Of(item) ?? "");

    private static string Text(JsonElement parent, string name) => JsonText.Of(parent, name) ?? "";
}
