using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Keeps the status of every disruption budget, with the arithmetic of pkg/controller/disruption.</summary>
internal sealed class DisruptionController
{
    // A pod whose eviction was granted counts as disrupted for this long at most, if nobody then deletes it.
    private static readonly TimeSpan DeletionTimeout = TimeSpan.FromMinutes(2);

    private static readonly ResourceKind[] Scaled =
        [ResourceKinds.ReplicaSets, ResourceKinds.Deployments, ResourceKinds.StatefulSets, ResourceKinds.ReplicationControllers];

    private readonly HashSet<string> _due = [];
    private readonly HashSet<string> _rechecks = [];
    private readonly Cluster _cluster;

    public DisruptionController(Cluster cluster)
    {
        _cluster = cluster;
        cluster.Store.Changed += Notice;
    }

    /// <summary>Brings a budget's status up to date now, for clusters that stand ready when the story begins.</summary>
    public void Sync(string? space, string name)
    {
        if (_cluster.Store.Get(ResourceKinds.DisruptionBudgets, space, name) is { } budget)
        {
            _cluster.Registry.UpdateStatus(ResourceKinds.DisruptionBudgets, budget, Compute);
        }
    }

    public static void SetAllowedCondition(JsonObject budget, DateTimeOffset now)
    {
        var allowed = budget.Number("status", "disruptionsAllowed") > 0;
        budget.SetCondition(now, "DisruptionAllowed", allowed ? "True" : "False", allowed ? "SufficientPods" : "InsufficientPods", "");
        budget.Condition("DisruptionAllowed")!["observedGeneration"] = budget.Number("status", "observedGeneration") ?? 0;
    }

    private void Notice(StoreChange change)
    {
        if (change.Kind == ResourceKinds.DisruptionBudgets && change.After is { } budget)
        {
            if (!JsonNode.DeepEquals(budget["status"], change.Before.At("status")) || change.Before is null || !JsonNode.DeepEquals(budget["spec"], change.Before["spec"]))
            {
                Enqueue(budget);
            }
        }
        else if (change.Kind == ResourceKinds.Pods)
        {
            foreach (var its in _cluster.Store.List(ResourceKinds.DisruptionBudgets, change.Object.Namespace()).ToArray())
            {
                if (Selectors.Matches(its.At("spec", "selector"), change.Object.At("metadata", "labels"))
                    || (change.Before is { } before && Selectors.Matches(its.At("spec", "selector"), before.At("metadata", "labels"))))
                {
                    Enqueue(its);
                }
            }
        }
        else if (Scaled.Contains(change.Kind) && change.Before.Number("spec", "replicas") != change.After.Number("spec", "replicas"))
        {
            foreach (var its in _cluster.Store.List(ResourceKinds.DisruptionBudgets, change.Object.Namespace()).ToArray())
            {
                Enqueue(its);
            }
        }
    }

    private void Enqueue(JsonObject budget)
    {
        var (space, name) = (budget.Namespace(), budget.Name());
        if (_due.Add($"{space}/{name}"))
        {
            _cluster.World.Agenda.After(_cluster.Settings.ControllerLatency, () =>
            {
                _due.Remove($"{space}/{name}");
                Sync(space, name);
            });
        }
    }

    private void Compute(JsonObject budget)
    {
        var now = _cluster.World.Now;
        JsonObject[] pods = [.. _cluster.Store.PodsMatching(budget.Namespace(), budget.At("spec", "selector"))];
        var status = budget.Child("status");
        if (!TryExpect(budget, pods, out var expected, out var desired, out var failure))
        {
            status["disruptionsAllowed"] = 0;
            status["currentHealthy"] ??= 0;
            status["desiredHealthy"] ??= 0;
            status["expectedPods"] ??= 0;
            budget.SetCondition(now, "DisruptionAllowed", "False", "SyncFailed", failure);
            status["observedGeneration"] = budget.Number("metadata", "generation") ?? 0;
            return;
        }

        var disrupted = StillDisrupted(budget, pods, now);
        var healthy = pods.Count(pod => pod.At("metadata", "deletionTimestamp") is null && !disrupted.ContainsKey(pod.Name()) && pod.ConditionIsTrue("Ready"));
        status["currentHealthy"] = healthy;
        status["desiredHealthy"] = desired;
        status["expectedPods"] = expected;
        status["disruptionsAllowed"] = expected > 0 ? Math.Max(0, healthy - desired) : 0;
        status["observedGeneration"] = budget.Number("metadata", "generation") ?? 0;
        status.Remove("disruptedPods");
        if (disrupted.Count > 0)
        {
            status["disruptedPods"] = new JsonObject(disrupted.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.Stamp())));
            var (space, name) = (budget.Namespace(), budget.Name());
            Recheck(space, name, disrupted.Values.Min() + DeletionTimeout + TimeSpan.FromSeconds(1));
        }

        SetAllowedCondition(budget, now);
    }

    private void Recheck(string? space, string name, DateTimeOffset at)
    {
        if (_rechecks.Add($"{space}/{name}"))
        {
            _cluster.World.Agenda.At(at, () =>
            {
                _rechecks.Remove($"{space}/{name}");
                Sync(space, name);
            });
        }
    }

    private static Dictionary<string, DateTimeOffset> StillDisrupted(JsonObject budget, JsonObject[] pods, DateTimeOffset now) =>
        (from pod in pods
         where pod.At("metadata", "deletionTimestamp") is null
         let since = budget.Time("status", "disruptedPods", pod.Name())
         where since is not null && since + DeletionTimeout >= now
         select (Name: pod.Name(), Since: since.Value)).ToDictionary(pair => pair.Name, pair => pair.Since, StringComparer.Ordinal);

    private bool TryExpect(JsonObject budget, JsonObject[] pods, out long expected, out long desired, out string failure)
    {
        (expected, desired, failure) = (pods.Length, 0, "");
        var (max, min) = (budget.At("spec", "maxUnavailable"), budget.At("spec", "minAvailable"));
        if (max is null && min.Number() is { } number)
        {
            desired = number;
            return true;
        }

        if (max is null && min is null)
        {
            expected = 0;
            return true;
        }

        if (!TryScale(pods, out expected, out failure))
        {
            return false;
        }

        desired = max is not null ? Math.Max(0, expected - Share(max, expected)) : Share(min!, expected);
        return true;
    }

    private bool TryScale(JsonObject[] pods, out long expected, out string failure)
    {
        (expected, failure) = (0, "");
        var scales = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            if (pod.Controller() is not { } reference || scales.ContainsKey(reference.Text("uid")!))
            {
                continue;
            }

            if (ScaleOf(pod.Namespace(), reference, ref failure) is not { } scale)
            {
                failure = failure.Length > 0 ? failure : $"found no controllers for pod \"{pod.Name()}\"";
                return false;
            }

            scales[scale.Uid] = scale.Replicas;
        }

        expected = scales.Values.Sum();
        return true;
    }

    private (string Uid, long Replicas)? ScaleOf(string? space, JsonObject reference, ref string failure)
    {
        var kind = ResourceKinds.OfKind(reference.Text("apiVersion"), reference.Text("kind"));
        if (kind is null || !kind.Has("scale"))
        {
            failure = kind is null ? "" : $"{kind.QualifiedResource} does not implement the scale subresource";
            return null;
        }

        if (_cluster.Store.Get(kind, space, reference.Text("name")!) is not { } owner || owner.Uid() != reference.Text("uid"))
        {
            return null;
        }

        // A ReplicaSet of a Deployment counts as the Deployment, so that a rollout counts once.
        return owner.Controller() is { } above && above.Text("kind") == "Deployment" ? ScaleOf(space, above, ref failure) : (owner.Uid(), owner.Number("spec", "replicas") ?? 0);
    }

    // Percentages round up, of what may be unavailable as of what must be there.
    private static long Share(JsonNode amount, long of) =>
        amount.Number() ?? (amount.Text() is { } text && text.EndsWith('%') && long.TryParse(text[..^1], CultureInfo.InvariantCulture, out var percent)
            ? (long)Math.Ceiling(percent * of / 100.0)
            : 0);
}
