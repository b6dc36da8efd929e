using DrainerFunction.ApiServer;
using k8s.Models;

namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>What pods belong to: their controller, or a pod that has none.</summary>
internal sealed record Workload(string Namespace, string Kind, string Name)
{
    private const string TemplateHash = "pod-template-hash";

    public bool IsStandalone => Kind is "Pod";

    public bool MayBeAlone => Kind is "Job";

    public override string ToString() => $"{Namespace}/{Name}";

    public static Workload Of(V1Pod pod) => (pod.Controller, pod.Metadata.Labels?.TryGetValue(TemplateHash, out var hash) is true ? hash : null) switch
    {
        // A Deployment names its ReplicaSets so: its own name, a hyphen and the hash that their pods carry.
        ({ Kind: "ReplicaSet" } set, { Length: > 0 } label) when set.Name.EndsWith($"-{label}", StringComparison.Ordinal) =>
            new(pod.FullName.Namespace, "Deployment", set.Name[..^(label.Length + 1)]),
        ({ } owner, _) => new(pod.FullName.Namespace, owner.Kind, owner.Name),
        _ => new(pod.FullName.Namespace, "Pod", pod.FullName.Name),
    };
}
