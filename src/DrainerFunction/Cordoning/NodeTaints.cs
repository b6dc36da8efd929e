using DrainerFunction.Runtime.Options;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>The taints of a node with the function's among them.</summary>
/// <param name="All">All taints of the node in their order, new ones at the end.</param>
/// <param name="Ours">Those that the function put there, as key:effect.</param>
/// <param name="Added">Whether <paramref name="All"/> has one that the node has not.</param>
internal sealed record NodeTaints(IReadOnlyList<V1Taint> All, IReadOnlyList<string> Ours, bool Added)
{
    public static NodeTaints Of(V1Node node, IEnumerable<string> keys, TaintEffect effect, IReadOnlyList<string> alreadyOurs, string value)
    {
        var there = node.Spec?.Taints ?? [];
        var missing = (
            from key in keys
            let taint = new V1Taint { Key = key, Value = value, Effect = effect.ToString() }
            where !there.Any(other => Mark(other) == Mark(taint))
            select taint).ToArray();
        return new(
            [.. there, .. missing],
            [.. there.Select(Mark).Where(mark => alreadyOurs.Contains(mark, StringComparer.Ordinal)).Concat(missing.Select(Mark)).Order(StringComparer.Ordinal)],
            missing.Length > 0);
    }

    /// <summary>What makes a taint unique on a node.</summary>
    public static string Mark(V1Taint taint) => $"{taint.Key}:{taint.Effect}";
}
