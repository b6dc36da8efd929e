using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>The eviction subresource, step by step as pkg/registry/core/pod/storage/eviction.go goes.</summary>
internal sealed class Evictions(SimulatedWorld world, ObjectStore store, Registry registry)
{
    private const string WouldViolate = "Cannot evict pod as it would violate the pod's disruption budget.";

    /// <summary>Raised after an eviction was granted: the pod as it was, and who asked.</summary>
    public event Action<JsonObject, ApiUser>? Granted;

    public int Count { get; private set; }

    public ApiResponse Create(RequestTarget target, ApiRequest request)
    {
        var name = target.Name!;
        if (request.Body.Text("apiVersion") is not (null or "policy/v1" or "policy/v1beta1") || request.Body.Text("kind") is not (null or "Eviction"))
        {
            throw ApiRefusal.BadRequest($"no kind \"{request.Body.Text("kind")}\" is registered for version \"{request.Body.Text("apiVersion")}\"");
        }

        if (request.Body.Text("metadata", "name") != name)
        {
            throw ApiRefusal.BadRequest("name in URL does not match name in Eviction object");
        }

        var options = DeleteOptions.Of(request.Body.At("deleteOptions"), request);
        if (store.Get(ResourceKinds.Namespaces, null, target.Namespace!) is { } home)
        {
            Registry.RefuseIfTerminating(ResourceKinds.Pods, home, name);
        }

        var pod = registry.Get(ResourceKinds.Pods, target.Namespace, name);
        if (!MayIgnoreBudgets(pod))
        {
            AskBudget(pod, options);
            MarkDisrupted(pod, options);
            // The condition moved the pod's version on; the client's wish was checked against the one before.
            registry.Delete(ResourceKinds.Pods, target.Namespace, name, options with { ResourceVersion = null });
        }
        else
        {
            registry.Delete(ResourceKinds.Pods, target.Namespace, name, options);
        }

        if (!options.DryRun)
        {
            Count++;
            Granted?.Invoke(pod, request.User);
        }

        return new(201, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }

    /// <summary>Whether an eviction would be granted now; nothing is charged.</summary>
    public bool WouldBeGranted(JsonObject pod)
    {
        try
        {
            if (!MayIgnoreBudgets(pod))
            {
                AskBudget(pod, DeleteOptions.None with { DryRun = true });
            }

            return true;
        }
        catch (ApiRefusal)
        {
            return false;
        }
    }

    public IEnumerable<JsonObject> BudgetsOf(JsonObject pod) => store.List(ResourceKinds.DisruptionBudgets, pod.Namespace())
        .Where(budget => Selectors.Matches(budget.At("spec", "selector"), pod.At("metadata", "labels")));

    private static bool MayIgnoreBudgets(JsonObject pod) =>
        pod.Text("status", "phase") is "Succeeded" or "Failed" or "Pending" || pod.Time("metadata", "deletionTimestamp") is not null;

    private void AskBudget(JsonObject pod, DeleteOptions options)
    {
        JsonObject[] budgets = [.. BudgetsOf(pod)];
        if (budgets.Length > 1)
        {
            throw ApiRefusal.Of(500, "", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        if (budgets is not [var budget])
        {
            return;
        }

        if (!pod.ConditionIsTrue("Ready"))
        {
            var (healthy, desired) = (budget.Number("status", "currentHealthy") ?? 0, budget.Number("status", "desiredHealthy") ?? 0);
            if (budget.Text("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow" || (healthy >= desired && desired > 0))
            {
                return;
            }
        }

        CheckAndDecrement(budget, pod.Name(), options.DryRun);
    }

    private void CheckAndDecrement(JsonObject budget, string podName, bool dryRun)
    {
        if ((budget.Number("status", "observedGeneration") ?? 0) < (budget.Number("metadata", "generation") ?? 0))
        {
            throw TooMany($"The disruption budget {budget.Name()} is still being processed by the server.", TimeSpan.FromSeconds(10));
        }

        var allowed = budget.Number("status", "disruptionsAllowed") ?? 0;
        if (allowed <= 0)
        {
            var failed = budget.Condition("DisruptionAllowed");
            throw failed.Text("reason") == "SyncFailed"
                ? TooMany($"The disruption budget {budget.Name()} does not allow evicting pods currently because it failed sync: {failed.Text("message")}", null)
                : TooMany($"The disruption budget {budget.Name()} needs {budget.Number("status", "desiredHealthy") ?? 0} healthy pods and has {budget.Number("status", "currentHealthy") ?? 0} currently", null);
        }

        if (!dryRun)
        {
            registry.UpdateStatus(ResourceKinds.DisruptionBudgets, budget, next =>
            {
                var status = next.Child("status");
                status["disruptionsAllowed"] = allowed - 1;
                status.Child("disruptedPods")[podName] = world.Now.Stamp();
                DisruptionController.SetAllowedCondition(next, world.Now);
            });
        }
    }

    private void MarkDisrupted(JsonObject pod, DeleteOptions options)
    {
        if (!options.DryRun)
        {
            options.CheckPreconditions(ResourceKinds.Pods, pod);
            registry.UpdateStatus(ResourceKinds.Pods, pod, next =>
                next.SetCondition(world.Now, "DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting"));
        }
    }

    private static ApiRefusal TooMany(string cause, TimeSpan? retryAfter) => ApiRefusal.Of(
        429,
        "TooManyRequests",
        WouldViolate,
        new() { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = cause }) },
        retryAfter);
}
