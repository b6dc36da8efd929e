using DrainerFunction.ApiServer;

namespace DrainerFunction.Reporting.Metrics;

/// <summary>The value of the dimension Cluster. Each is billed as metrics of its own, so a process names only so many; the others share one value.</summary>
internal sealed class ClusterDimension
{
    public const string Name = "Cluster";
    private const int MostClusters = 20;
    public const string Others = "(others)";

    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    public string? Of(ClusterName? cluster) => cluster is not { } known ? null
        : _named.Contains(known.Name) || (_named.Count < MostClusters && _named.Add(known.Name)) ? known.Name
        : Others;
}
