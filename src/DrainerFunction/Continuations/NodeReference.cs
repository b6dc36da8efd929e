using System.Text.RegularExpressions;

namespace DrainerFunction.Continuations;

/// <summary>A node as a message remembers it: the cluster's name and the node's own.</summary>
internal sealed partial record NodeReference(string Cluster, string Node)
{
    /// <summary>The function has cordoned it, and it was not cordoned before. The annotation says so too, which another writer may overwrite.</summary>
    public bool WasCordonedByUs { get; init; }

    /// <summary>Null for what no invocation would have written.</summary>
    public static NodeReference? Read(string? text) => text is not null && Written().Match(text) is { Success: true } match
        ? new(match.Groups[1].Value, match.Groups[2].Value) { WasCordonedByUs = match.Groups[3].Success }
        : null;

    public override string ToString() => $"{Cluster}/{Node}{(WasCordonedByUs ? "/cordoned" : "")}";

    [GeneratedRegex(@"^([0-9A-Za-z][A-Za-z0-9_-]{0,99})/([a-z0-9][a-z0-9.-]{0,252})(/cordoned)?\z")]
    private static partial Regex Written();
}
