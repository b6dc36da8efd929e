using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>The questions a drain asks of a PodDisruptionBudget.</summary>
internal static class DisruptionBudgetProperties
{
    extension(V1PodDisruptionBudget budget)
    {
        public int Allowed => budget.Status?.DisruptionsAllowed ?? 0;

        /// <summary>However healthy its pods are, as many are required as there are; or its numbers could not be computed.</summary>
        public bool NeverAllows => (budget.Status?.DesiredHealthy ?? 0) >= (budget.Status?.ExpectedPods ?? 0);

        public bool Covers(V1Pod pod) =>
            budget.Metadata.NamespaceProperty == pod.Metadata.NamespaceProperty && budget.Spec?.Selector is { } selector && Selects(selector, pod.Metadata.Labels);
    }

    // policy/v1: the empty selector covers every pod of the namespace.
    private static bool Selects(V1LabelSelector selector, IDictionary<string, string>? labels) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(wanted => labels?.TryGetValue(wanted.Key, out var value) is true && value == wanted.Value)
        && (selector.MatchExpressions ?? []).All(wanted => Meets(wanted, labels));

    private static bool Meets(V1LabelSelectorRequirement wanted, IDictionary<string, string>? labels)
    {
        var value = labels?.TryGetValue(wanted.Key, out var found) is true ? found : null;
        return wanted.OperatorProperty switch
        {
            "In" => value is not null && wanted.Values?.Contains(value) is true,
            "NotIn" => value is null || wanted.Values?.Contains(value) is not true,
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
