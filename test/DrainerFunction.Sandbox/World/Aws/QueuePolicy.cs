using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>
/// A queue's policy, as far as it decides who may send: an explicit deny refuses anybody; a service needs a statement that
/// allows it; a caller with credentials of the queue's account has what its own policies give, which the sandbox takes for given.
/// </summary>
internal static class QueuePolicy
{
    public static bool Refuses(SqsQueue queue, SqsSender sender, string action)
    {
        if (sender.IsPastPolicy || !queue.OtherAttributes.TryGetValue("Policy", out var text) || text.Length == 0)
        {
            return false;
        }

        var statements = JsonNode.Parse(text)!["Statement"] switch
        {
            JsonArray several => several.Select(each => (JsonObject)each!).ToList(),
            JsonObject single => [single],
            _ => [],
        };
        var applying = statements.Where(statement => Names(statement["Action"]).Any(pattern => Like(pattern, action)) && IsMeant(statement["Principal"], sender) && Holds(statement["Condition"] as JsonObject, sender)).ToList();
        return applying.Exists(statement => statement["Effect"]?.ToString() == "Deny")
            || (sender.Service is not null && !applying.Exists(statement => statement["Effect"]?.ToString() == "Allow"));
    }

    private static bool IsMeant(JsonNode? principal, SqsSender sender) => principal switch
    {
        JsonObject { } named => Names(named["Service"]).Contains(sender.Service)
            || Names(named["AWS"]).Any(arn => arn is "*" || arn == sender.PrincipalArn),
        { } anybody => anybody.ToString() == "*",
        null => false,
    };

    private static bool Holds(JsonObject? conditions, SqsSender sender) => (conditions ?? []).All(test =>
        ((JsonObject)test.Value!).All(key => Holds(test.Key, Asked(key.Key, sender), Names(key.Value))));

    // A negated test holds where the key is absent; any other does not, unless it says IfExists.
    private static bool Holds(string test, string? actual, IReadOnlyList<string> wanted) => (test.Replace("IfExists", "", StringComparison.Ordinal), actual) switch
    {
        (var name, null) => name.Contains("Not", StringComparison.Ordinal) || test.EndsWith("IfExists", StringComparison.Ordinal),
        ("Bool" or "StringEquals", { } value) => wanted.Any(each => string.Equals(each, value, StringComparison.OrdinalIgnoreCase)),
        ("StringNotEquals", { } value) => wanted.All(each => each != value),
        ("StringLike" or "ArnLike" or "ArnEquals", { } value) => wanted.Any(each => Like(each, value)),
        ("StringNotLike" or "ArnNotLike" or "ArnNotEquals", { } value) => !wanted.Any(each => Like(each, value)),
        (var unknown, _) => throw new FormatException($"The sandbox does not know the condition {unknown} of a queue's policy."),
    };

    private static string? Asked(string key, SqsSender sender) => key.ToUpperInvariant() switch
    {
        "AWS:SECURETRANSPORT" => "true",
        "AWS:PRINCIPALISAWSSERVICE" => sender.Service is null ? "false" : "true",
        "AWS:USERID" => sender.Service is null ? sender.SenderId : null,
        "AWS:PRINCIPALARN" => sender.PrincipalArn,
        "AWS:SOURCEARN" => sender.SourceArn,
        _ => throw new FormatException($"The sandbox does not know the condition key {key} of a queue's policy."),
    };

    private static IReadOnlyList<string> Names(JsonNode? node) => node switch
    {
        null => [],
        JsonArray several => [.. several.Select(each => each!.ToString())],
        { } single => [single.ToString()],
    };

    private static bool Like(string pattern, string value) => FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);
}
