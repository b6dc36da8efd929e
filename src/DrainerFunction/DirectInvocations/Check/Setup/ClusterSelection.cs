using DrainerFunction.ApiServer;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>Which clusters are looked at: the one that is asked for, those of CLUSTER_NAME, or those that the managed instances name. Pure.</summary>
/// <param name="Finding">What is to be said of the choice itself.</param>
internal sealed record ClusterSelection(IReadOnlyList<ClusterName> Clusters, Finding Finding)
{
    private const string Subject = "clusters";
    private const string Mend = "Set CLUSTER_NAME (parameter ClusterNames), or tag the instances with eks:cluster-name";

    public static ClusterSelection Of(string? asked, IReadOnlyList<RegionFacts> regions, DrainerOptions options)
    {
        IReadOnlyList<string> named = asked is not null ? [asked] : options.ClusterNames;
        var byTag = regions.SelectMany(region => region.Instances.Values).Where(instance => instance.IsManaged).SelectMany(instance => instance.Clusters).Distinct().ToList();

        // A name of the setting may be a cluster of only one of several accounts and regions: where instances say which, there.
        var clusters = named is [] ? byTag : [.. named.SelectMany(name => byTag.Where(cluster => cluster.Name == name).ToList() is [_, ..] known ? known : [new ClusterName(regions[0].Scope, name)])];
        return new(
            [.. clusters.OrderBy(cluster => cluster.Name, StringComparer.Ordinal)],
            Finding.Of(
                CheckItem.ClusterKnown,
                Subject,
                clusters is [] ? "No cluster is known: CLUSTER_NAME is not set and no managed instance has a tag that names one."
                : asked is not null && options.ClusterNames is not [] && !options.ClusterNames.Contains(asked) ? $"CLUSTER_NAME does not list {asked}: interruptions of its instances are ignored."
                : null,
                Mend));
    }
}
