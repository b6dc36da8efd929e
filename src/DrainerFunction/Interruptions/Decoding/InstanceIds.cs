using DrainerFunction.Runtime;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>What the entities of a Health event name.</summary>
internal static class InstanceIds
{
    /// <inheritdoc cref="AwsIdentifiers.InstanceIdIn"/>
    public static string? In(string text) => AwsIdentifiers.InstanceIdIn(text);

    /// <summary>Whether the text wants to be an instance at all; Health also names hosts, volumes and accounts.</summary>
    public static bool IsMeantBy(string text) => text.StartsWith("i-", StringComparison.Ordinal) || text.Contains(":instance/", StringComparison.Ordinal);
}
