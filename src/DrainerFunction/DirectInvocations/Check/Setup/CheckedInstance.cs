using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>What is kept of a running instance that carries the managed tag or one that names a cluster.</summary>
/// <param name="IsManaged">Its interruptions are handled.</param>
/// <param name="HasTag">It carries the managed tag, or none is asked for.</param>
/// <param name="Group">Its Auto Scaling group.</param>
/// <param name="Clusters">Those that it may be a node of.</param>
internal sealed record CheckedInstance(string InstanceId, bool IsManaged, bool HasTag, bool IsControlled, string? Group, bool IsSpot, IReadOnlyList<ClusterName> Clusters, DateTimeOffset? LaunchedAt)
{
    public static CheckedInstance Of(Instance instance, AwsScope scope, DrainerOptions options) => new(
        instance.InstanceId,
        InstanceOwnership.WhyForeign(instance, options) is null,
        !options.CheckTagBeforeDraining || options.ManagedTag.IsOn(instance.Tags),
        InstanceOwnership.WhyForeign(instance, options with { CheckTagBeforeDraining = false }) is not null,
        instance.Group,
        instance.IsSpot,
        ClusterChoice.Of(instance, scope, options) is ClusterChoice.Candidates { Clusters: var clusters } ? clusters : [],
        instance.LaunchedAt);
}
