using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Nodes;

/// <summary>Which cluster an instance belongs to, by its tags and CLUSTER_NAME. The tags outrank the setting.</summary>
internal abstract record ClusterChoice
{
    private const string LegacyPrefix = "kubernetes.io/cluster/";

    private static readonly string[] Keys = ["aws:eks:cluster-name", "eks:cluster-name", "eks:eks-cluster-name"];

    private ClusterChoice() { }

    /// <summary>The keys of the tags that name a cluster, as EC2's filters take them.</summary>
    public static IReadOnlyList<string> TagKeys { get; } = [.. Keys, $"{LegacyPrefix}*"];

    public static ClusterChoice Of(Instance instance, AwsScope scope, DrainerOptions options) => (NamedBy(instance.Tags), options.ClusterNames) switch
    {
        ([], []) => new Unknown(),
        ([], var ours) => new Candidates([.. ours.Select(name => new ClusterName(scope, name))], NamedByTag: false),
        ([var first, ..] named, { Count: > 0 } ours) when !named.Intersect(ours, StringComparer.Ordinal).Any() => new Foreign(first),
        (var named, var ours) => new Candidates([.. named.Where(name => ours is [] || ours.Contains(name, StringComparer.Ordinal)).Select(name => new ClusterName(scope, name))], NamedByTag: true),
    };

    // The tags of the old form may name several: what subnets and security groups share is copied onto instances.
    private static IReadOnlyList<string> NamedBy(IReadOnlyDictionary<string, string> tags) =>
        Keys.Select(key => tags.GetValueOrDefault(key)).FirstOrDefault(name => !string.IsNullOrEmpty(name)) is { } only ? [only]
        : [.. tags.Keys.Where(key => key.StartsWith(LegacyPrefix, StringComparison.Ordinal) && key.Length > LegacyPrefix.Length).Order(StringComparer.Ordinal).Select(key => key[LegacyPrefix.Length..])];

    /// <param name="Clusters">In the order in which they are asked.</param>
    /// <param name="NamedByTag">The instance itself says so: then "no such node" of all of them is proof.</param>
    public sealed record Candidates(IReadOnlyList<ClusterName> Clusters, bool NamedByTag) : ClusterChoice;

    /// <summary>A tag names a cluster that CLUSTER_NAME does not.</summary>
    public sealed record Foreign(string Name) : ClusterChoice;

    /// <summary>Neither a tag nor CLUSTER_NAME says anything.</summary>
    public sealed record Unknown : ClusterChoice;
}
