using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// On which nodes a pod may be, whatever runs there already. Pods that demand and tolerate the same are judged once a
/// node, and again when it changes, so that many that wait cost no more than a few.
/// </summary>
internal sealed class NodeFits
{
    private static readonly JsonObject CordonTaint = new() { ["key"] = "node.kubernetes.io/unschedulable", ["effect"] = "NoSchedule" };

    private readonly Dictionary<string, Sheet> _byDemand = new(StringComparer.Ordinal);

    /// <param name="nodes">All that there are, in order.</param>
    /// <returns>The nodes that fit, in order, and how many do not for which reason.</returns>
    public (IReadOnlyCollection<JsonObject> Nodes, IReadOnlyDictionary<string, int> Refused) Of(JsonObject pod, IEnumerable<JsonObject> nodes)
    {
        // An affinity names single nodes, as a daemon pod's does: it is judged each time.
        var demand = pod.At("spec", "affinity") is null ? $"{pod.At("spec", "tolerations")?.ToJsonString()}{pod.At("spec", "nodeSelector")?.ToJsonString()}" : null;
        if (demand is null || !_byDemand.TryGetValue(demand, out var sheet))
        {
            sheet = new(pod);
            foreach (var node in nodes)
            {
                sheet.Note(node.Name(), node);
            }

            if (demand is not null)
            {
                _byDemand[demand] = sheet;
            }
        }

        return (sheet.Fitting, sheet.Refused);
    }

    public void Note(StoreChange change)
    {
        foreach (var sheet in _byDemand.Values)
        {
            sheet.Note(change.Object.Name(), change.After);
        }
    }

    private static string? Refusal(JsonObject node, JsonObject pod)
    {
        if (node.IsTrue("spec", "unschedulable") && Tolerations.Of(pod, CordonTaint) is null)
        {
            return "node(s) were unschedulable";
        }

        if (Tolerations.Repelling(node, pod) is { } taint)
        {
            return $"node(s) had untolerated taint {{{taint.Text("key")}: {taint.Text("value")}}}";
        }

        return HasDemanded(node, pod) ? null : "node(s) didn't match Pod's node affinity/selector";
    }

    private static bool HasDemanded(JsonObject node, JsonObject pod)
    {
        var labels = node.At("metadata", "labels") as JsonObject;
        var terms = pod.Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").ToArray();
        return (pod.At("spec", "nodeSelector") as JsonObject ?? []).All(pair => labels.Text(pair.Key) == pair.Value.Text())
            && (terms.Length == 0 || terms.Any(term =>
                term.Items("matchExpressions").All(one => Selectors.Expression(one, labels))
                && term.Items("matchFields").All(one => Selectors.Expression(one, new() { ["metadata.name"] = node.Name() }))));
    }

    private sealed class Sheet(JsonObject pod)
    {
        private readonly SortedDictionary<string, JsonObject> _fitting = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _refusals = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _refused = new(StringComparer.Ordinal);

        public IReadOnlyCollection<JsonObject> Fitting => _fitting.Values;

        public IReadOnlyDictionary<string, int> Refused => _refused;

        /// <param name="node">Null: it is gone.</param>
        public void Note(string name, JsonObject? node)
        {
            _fitting.Remove(name);
            if (_refusals.Remove(name, out var before))
            {
                _refused[before]--;
            }

            if (node is null)
            {
                return;
            }

            if (Refusal(node, pod) is { } why)
            {
                _refusals[name] = why;
                _refused[why] = _refused.GetValueOrDefault(why) + 1;
            }
            else
            {
                _fitting[name] = node;
            }
        }
    }
}
