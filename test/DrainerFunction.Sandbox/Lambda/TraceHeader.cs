using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// The X-Ray trace header. Lambda counts in its lineage how often a chain of messages came back to the same function;
/// the SDKs pass it on with every request that an invocation makes.
/// </summary>
internal sealed partial record TraceHeader(string Root, int Hops)
{
    private const string FunctionHash = "d7a1ne9";

    public static TraceHeader Start(string id, DateTimeOffset now) =>
        new($"1-{now.ToUnixTimeSeconds():x8}-{id.Replace("-", "", StringComparison.Ordinal)[..24]}", 0);

    /// <summary>The header of a received message, or null if it carries none of ours.</summary>
    public static TraceHeader? Parse(string? header)
    {
        var root = RootPart().Match(header ?? "");
        var lineage = LineagePart().Match(header ?? "");
        return !root.Success ? null
            : new(root.Groups[1].Value, lineage.Success ? int.Parse(lineage.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
    }

    public TraceHeader Next() => this with { Hops = Hops + 1 };

    public override string ToString() => $"Root={Root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:{FunctionHash}:{Hops}";

    [GeneratedRegex("Root=([^;]+)")]
    private static partial Regex RootPart();

    [GeneratedRegex("Lineage=1:[^;:]+:([0-9]{1,6})")]
    private static partial Regex LineagePart();
}
