using System.Globalization;
using k8s.Models;

namespace DrainerFunction.Builders;

/// <summary>Pods as the API server would send them, told in a sentence: <c>Pod("web").Grace(60).Critical()</c>.</summary>
internal static class Pods
{
    public static V1Pod Pod(string name = "web", string uid = "") => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = uid.Length > 0 ? uid : $"uid-{name}" },
        Spec = new() { TerminationGracePeriodSeconds = 30 },
        Status = new() { Phase = "Running" },
    };

    extension(V1Pod pod)
    {
        public V1Pod With(Action<V1Pod> change)
        {
            change(pod);
            return pod;
        }

        public V1Pod OwnedBy(string kind, string apiVersion = "apps/v1") => pod.With(it =>
            it.Metadata.OwnerReferences = [new() { Kind = kind, ApiVersion = apiVersion, Name = "owner", Uid = "owner", Controller = true }]);

        public V1Pod Mirror() => pod.Annotated("kubernetes.io/config.mirror", "hash");

        public V1Pod Annotated(string key, string value) => pod.With(it =>
        {
            it.Metadata.Annotations ??= new Dictionary<string, string>();
            it.Metadata.Annotations[key] = value;
        });

        public V1Pod Grace(double seconds) => pod.With(it => it.Spec.TerminationGracePeriodSeconds = (long)seconds);

        public V1Pod In(string phase) => pod.With(it => it.Status.Phase = phase);

        public V1Pod Critical() => pod.With(it => it.Spec.PriorityClassName = "system-cluster-critical");

        /// <summary>Asked to go; <paramref name="by"/> is its deletionTimestamp.</summary>
        public V1Pod Terminating(DateTimeOffset by) => pod.With(it => it.Metadata.DeletionTimestamp = by.UtcDateTime);

        public V1Pod Created(DateTimeOffset at) => pod.With(it => it.Metadata.CreationTimestamp = at.UtcDateTime);

        public V1Pod Tolerating(string? key, string? effect = null) => pod.With(it =>
            it.Spec.Tolerations = [.. it.Spec.Tolerations ?? [], new() { Key = key, Effect = effect, OperatorProperty = "Exists" }]);

        public V1Pod WithEmptyDir() => pod.With(it => it.Spec.Volumes = [new() { Name = "scratch", EmptyDir = new() }]);

        public V1Pod WithClaim(string claim) => pod.With(it =>
            it.Spec.Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = claim } }]);
    }

    /// <summary>Of RFC 3339, for YAML.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
