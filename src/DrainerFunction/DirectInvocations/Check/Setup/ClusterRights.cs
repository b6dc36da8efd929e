using DrainerFunction.ApiServer;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>The rights of deploy/rbac.yaml, as far as the settings make use of them.</summary>
internal static class ClusterRights
{
    public static IReadOnlyList<ClusterRight> All { get; } =
    [
        new("get", "", "nodes"), new("list", "", "nodes"), new("watch", "", "nodes"), new("patch", "", "nodes"),
        new("list", "", "pods"), new("watch", "", "pods"), new("delete", "", "pods"), new("create", "", "pods/eviction"),
        new("list", "policy", "poddisruptionbudgets"), new("watch", "policy", "poddisruptionbudgets"),
        new("get", "", "persistentvolumeclaims"), new("get", "", "persistentvolumes"),
        new("create", "", "events"),
    ];

    public static IReadOnlyList<ClusterRight> NeededBy(DrainerOptions options) => [.. All.Where(right => right switch
    {
        { Resource: "events" } => options.EmitKubernetesEvents,
        { Verb: "delete" } => options.ForceBeforeDeadline,
        { Resource: "persistentvolumeclaims" or "persistentvolumes" } => options.WaitForVolumeDetach,
        _ => true,
    })];
}
