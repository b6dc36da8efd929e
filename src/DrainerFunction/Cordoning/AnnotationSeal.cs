using System.Security.Cryptography;
using System.Text;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>
/// What shows that an annotation is the function's: a taint with its digest, written by the same patch. Annotations of a node can be
/// written through <c>nodes/status</c> as well, by its kubelet and by agents; its spec cannot, and a kubelet may not change taints.
/// The digest is no secret: where it stands is the proof.
/// </summary>
internal static class AnnotationSeal
{
    public const string Key = "node-drainer/seal";

    // The scheduler only prefers other nodes, which a cordoned node is past; nothing is evicted, and nothing has to tolerate it.
    private const string Effect = "PreferNoSchedule";

    public static bool IsOn(V1Node node) => node.Spec?.Taints?.Any(taint => taint.Key == Key) is true;

    public static bool Holds(V1Node node, string annotation) =>
        node.Spec?.Taints?.Where(taint => taint.Key == Key).Select(taint => taint.Value).SequenceEqual([Digest(annotation)]) is true;

    /// <summary>The taints with the seal of this annotation at their end, and no other; null: with none.</summary>
    public static IReadOnlyList<V1Taint> Renew(IEnumerable<V1Taint> taints, string? annotation) =>
    [
        .. taints.Where(taint => taint.Key != Key),
        .. annotation is null ? (V1Taint[])[] : [new() { Key = Key, Value = Digest(annotation), Effect = Effect }],
    ];

    // 32 of 64 digits: the value of a taint is as short as that of a label.
    private static string Digest(string annotation) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(annotation)))[..32];
}
