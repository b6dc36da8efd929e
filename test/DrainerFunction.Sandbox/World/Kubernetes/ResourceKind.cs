namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>One resource that the API server keeps.</summary>
/// <param name="Group">The empty string for the core group.</param>
internal sealed record ResourceKind(string Group, string Version, string Plural, string Kind, bool Namespaced, string[] ShortNames, string[] Subresources)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Singular => Kind.ToLowerInvariant();

    /// <summary>As errors name it: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedResource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    public bool HasStatus => Subresources.Contains("status", StringComparer.Ordinal);

    public bool Has(string subresource) => Subresources.Contains(subresource, StringComparer.Ordinal);
}

internal static class ResourceKinds
{
    public static readonly ResourceKind Nodes = new("", "v1", "nodes", "Node", false, ["no"], ["status"]);
    public static readonly ResourceKind Pods = new("", "v1", "pods", "Pod", true, ["po"], ["status", "eviction", "binding"]);
    public static readonly ResourceKind Events = new("", "v1", "events", "Event", true, ["ev"], []);
    public static readonly ResourceKind NewEvents = new("events.k8s.io", "v1", "events", "Event", true, ["ev"], []);
    public static readonly ResourceKind Namespaces = new("", "v1", "namespaces", "Namespace", false, ["ns"], ["status", "finalize"]);
    public static readonly ResourceKind PersistentVolumeClaims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, ["pvc"], ["status"]);
    public static readonly ResourceKind PersistentVolumes = new("", "v1", "persistentvolumes", "PersistentVolume", false, ["pv"], ["status"]);
    public static readonly ResourceKind ReplicationControllers = new("", "v1", "replicationcontrollers", "ReplicationController", true, ["rc"], ["status", "scale"]);
    public static readonly ResourceKind Deployments = new("apps", "v1", "deployments", "Deployment", true, ["deploy"], ["status", "scale"]);
    public static readonly ResourceKind ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet", true, ["rs"], ["status", "scale"]);
    public static readonly ResourceKind StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet", true, ["sts"], ["status", "scale"]);
    public static readonly ResourceKind DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet", true, ["ds"], ["status"]);
    public static readonly ResourceKind Jobs = new("batch", "v1", "jobs", "Job", true, [], ["status"]);
    public static readonly ResourceKind DisruptionBudgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, ["pdb"], ["status"]);
    public static readonly ResourceKind VolumeAttachments = new("storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", false, [], ["status"]);
    public static readonly ResourceKind PriorityClasses = new("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false, ["pc"], []);
    public static readonly ResourceKind Roles = new("rbac.authorization.k8s.io", "v1", "roles", "Role", true, [], []);
    public static readonly ResourceKind RoleBindings = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, [], []);
    public static readonly ResourceKind ClusterRoles = new("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, [], []);
    public static readonly ResourceKind ClusterRoleBindings = new("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false, [], []);
    public static readonly ResourceKind ConfigMaps = new("", "v1", "configmaps", "ConfigMap", true, ["cm"], []);
    public static readonly ResourceKind AdmissionPolicies = new("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", false, [], ["status"]);
    public static readonly ResourceKind AdmissionBindings = new("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", false, [], []);
    public static readonly ResourceKind ValidatingWebhooks = new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false, [], []);
    public static readonly ResourceKind MutatingWebhooks = new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false, [], []);
    public static readonly ResourceKind AccessReviews = new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false, [], []);
    public static readonly ResourceKind RulesReviews = new("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false, [], []);

    public static readonly ResourceKind[] All =
    [
        Nodes, Pods, Events, Namespaces, PersistentVolumeClaims, ReplicationControllers,
        new("", "v1", "services", "Service", true, ["svc"], ["status"]),
        ConfigMaps,
        new("", "v1", "secrets", "Secret", true, [], []),
        new("", "v1", "serviceaccounts", "ServiceAccount", true, ["sa"], []),
        new("", "v1", "endpoints", "Endpoints", true, ["ep"], []),
        PersistentVolumes,
        Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, DisruptionBudgets,
        new("coordination.k8s.io", "v1", "leases", "Lease", true, [], []),
        VolumeAttachments, PriorityClasses, NewEvents,
        Roles, RoleBindings, ClusterRoles, ClusterRoleBindings, AdmissionPolicies, AdmissionBindings, ValidatingWebhooks, MutatingWebhooks, AccessReviews, RulesReviews,
    ];

    public static IEnumerable<IGrouping<string, ResourceKind>> Groups => All.GroupBy(kind => kind.Group);

    public static ResourceKind? Find(string group, string version, string plural) =>
        Array.Find(All, kind => kind.Group == group && kind.Version == version && kind.Plural == plural);

    public static ResourceKind? OfKind(string? apiVersion, string? kind) =>
        Array.Find(All, known => known.ApiVersion == apiVersion && known.Kind == kind);
}
