using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>The questions a drain asks of a pod, in the words of <c>kubectl drain</c>.</summary>
internal static class PodProperties
{
    // scheduling.k8s.io: the values of system-cluster-critical and above are kept for the system.
    private const int SystemCritical = 2_000_000_000;
    public const string Mirror = "kubernetes.io/config.mirror";
    public const string DoNotDisrupt = "karpenter.sh/do-not-disrupt";
    public const string SafeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict";

    private const int DefaultGracePeriodSeconds = 30;

    // The API takes any number of seconds; what is longer than ten years is for ever.
    private const long LongestGracePeriodSeconds = 10L * 365 * 24 * 60 * 60;

    extension(V1Pod pod)
    {
        public PodName FullName => new(pod.Metadata.NamespaceProperty ?? "", pod.Metadata.Name ?? "", pod.Metadata.Uid ?? "");

        public V1OwnerReference? Controller =>
            pod.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller is true);

        public bool IsMirror => pod.Metadata.Annotations?.ContainsKey(Mirror) is true;

        // The kind alone, as kubectl has it: the DaemonSets of other API groups behave alike.
        public bool IsOwnedByDaemonSet => pod.Controller is { Kind: "DaemonSet" };

        public bool IsFinished => pod.Status?.Phase is "Succeeded" or "Failed";

        /// <summary>None of its containers runs any more, by what its kubelet has last reported; a pod without a report may be starting.</summary>
        public bool HasEnded => pod.IsFinished
            || (pod.Status?.ContainerStatuses is { Count: > 0 } containers && containers.All(container => container.State?.Terminated is not null)
                && !(pod.Status.InitContainerStatuses ?? []).Concat(pod.Status.EphemeralContainerStatuses ?? []).Any(container => container.State?.Running is not null));

        public bool IsTerminating => pod.Metadata.DeletionTimestamp is not null;

        /// <summary>When it should be gone: the API server adds the grace period to the time it was asked.</summary>
        public DateTimeOffset? TerminatedBy => Utc(pod.Metadata.DeletionTimestamp);

        public DateTimeOffset? CreatedAt => Utc(pod.Metadata.CreationTimestamp);

        public TimeSpan OwnGracePeriod =>
            TimeSpan.FromSeconds(Math.Clamp(pod.Spec?.TerminationGracePeriodSeconds ?? DefaultGracePeriodSeconds, -1, LongestGracePeriodSeconds));

        public bool HasEmptyDir => pod.Spec?.Volumes?.Any(volume => volume.EmptyDir is not null) is true;

        public bool IsCritical =>
            pod.Spec?.PriorityClassName is "system-cluster-critical" or "system-node-critical" || pod.Spec?.Priority >= SystemCritical;

        /// <summary>The annotation by which its owner asks not to be disturbed, as long as there is a choice.</summary>
        public string? OptOut => pod.Metadata.Annotations switch
        {
            null => null,
            var all when all.TryGetValue(DoNotDisrupt, out var value) && value == "true" => DoNotDisrupt,
            var all when all.TryGetValue(SafeToEvict, out var value) && value == "false" => $"{SafeToEvict}=false",
            _ => null,
        };

        /// <summary>The claims behind its volumes; a generic ephemeral volume has a claim of its own.</summary>
        public IEnumerable<string> Claims =>
            from volume in pod.Spec?.Volumes ?? []
            let claim = volume.PersistentVolumeClaim?.ClaimName ?? (volume.Ephemeral is null ? null : $"{pod.Metadata.Name}-{volume.Name}")
            where claim is not null
            select $"{pod.Metadata.NamespaceProperty}/{claim}";

        public bool Tolerates(V1Taint taint) => pod.Spec?.Tolerations?.Any(toleration => Matches(toleration, taint)) is true;
    }

    private static bool Matches(V1Toleration toleration, V1Taint taint) =>
        (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect)
        && (string.IsNullOrEmpty(toleration.Key) ? toleration.OperatorProperty == "Exists" : toleration.Key == taint.Key)
        && (toleration.OperatorProperty == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));

    private static DateTimeOffset? Utc(DateTime? time) =>
        time is { } known ? new DateTimeOffset(known.Kind is DateTimeKind.Unspecified ? DateTime.SpecifyKind(known, DateTimeKind.Utc) : known.ToUniversalTime()) : null;
}
