using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>The workloads and budgets of a scenario as the objects that a user would apply.</summary>
internal static class Manifests
{
    /// <summary>Where it is created, and what.</summary>
    public static (string Path, JsonObject Body) Of(WorkloadPart workload, string? nodeName)
    {
        var @namespace = workload.Namespace;
        return workload.Kind switch
        {
            "deployment" => ($"/apis/apps/v1/namespaces/{@namespace}/deployments", Owner("apps/v1", "Deployment", workload, workload.Replicas)),
            "statefulset" => ($"/apis/apps/v1/namespaces/{@namespace}/statefulsets", Owner("apps/v1", "StatefulSet", workload, workload.Replicas)),
            "daemonset" => ($"/apis/apps/v1/namespaces/{@namespace}/daemonsets", Owner("apps/v1", "DaemonSet", workload, null)),
            "job" => ($"/apis/batch/v1/namespaces/{@namespace}/jobs", Job(workload)),
            "mirror" => ($"/api/v1/namespaces/{@namespace}/pods", Mirror(workload, nodeName!)),
            _ => ($"/api/v1/namespaces/{@namespace}/pods", Pod(workload)),
        };
    }

    public static (string Path, JsonObject Body) Of(BudgetPart budget)
    {
        var spec = new JsonObject { ["selector"] = Selector(budget.Of) };
        Set(spec, "minAvailable", budget.MinAvailable is null ? null : NumberOrPercentage(budget.MinAvailable));
        Set(spec, "maxUnavailable", budget.MaxUnavailable is null ? null : NumberOrPercentage(budget.MaxUnavailable));
        Set(spec, "unhealthyPodEvictionPolicy", budget.Unhealthy);
        return ($"/apis/policy/v1/namespaces/{budget.Namespace}/poddisruptionbudgets", new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "PodDisruptionBudget",
            ["metadata"] = new JsonObject { ["name"] = budget.Name, ["namespace"] = budget.Namespace },
            ["spec"] = spec,
        });
    }

    private static JsonObject Owner(string apiVersion, string kind, WorkloadPart workload, int? replicas)
    {
        var spec = new JsonObject
        {
            ["selector"] = Selector(workload.Name),
            ["template"] = new JsonObject { ["metadata"] = PodMetadata(workload), ["spec"] = PodSpec(workload) },
        };
        Set(spec, "replicas", replicas);
        if (kind == "StatefulSet")
        {
            spec["serviceName"] = workload.Name;
            spec["podManagementPolicy"] = "Parallel";
        }

        return Named(apiVersion, kind, workload, spec);
    }

    private static JsonObject Job(WorkloadPart workload) => Named("batch/v1", "Job", workload, new JsonObject
    {
        ["parallelism"] = workload.Replicas,
        ["completions"] = workload.Replicas,
        ["template"] = new JsonObject { ["metadata"] = PodMetadata(workload), ["spec"] = With(PodSpec(workload), "restartPolicy", "Never") },
    });

    private static JsonObject Pod(WorkloadPart workload)
    {
        var pod = Named("v1", "Pod", workload, PodSpec(workload));
        pod["metadata"] = With(PodMetadata(workload), "name", workload.Name);
        return pod;
    }

    private static JsonObject Mirror(WorkloadPart workload, string nodeName)
    {
        var pod = Pod(workload);
        pod["spec"]!["nodeName"] = nodeName;
        pod["metadata"]!["annotations"]!["kubernetes.io/config.mirror"] = "4e5f0d1c2b3a49588776655443322110";
        pod["metadata"]!["annotations"]!["kubernetes.io/config.source"] = "file";
        return pod;
    }

    private static JsonObject PodMetadata(WorkloadPart workload)
    {
        var annotations = new JsonObject();
        Set(annotations, "sandbox/stops-in", Seconds(workload.StopsIn));
        Set(annotations, "sandbox/starts-in", Seconds(workload.StartsIn));
        foreach (var (key, value) in workload.Annotations)
        {
            annotations[key] = value;
        }

        return new JsonObject
        {
            ["namespace"] = workload.Namespace,
            ["labels"] = new JsonObject { ["app"] = workload.Name },
            ["annotations"] = annotations,
        };
    }

    private static JsonObject PodSpec(WorkloadPart workload)
    {
        var spec = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = $"registry.example/{workload.Name}:1" }),
            ["terminationGracePeriodSeconds"] = (int)(workload.Grace ?? TimeSpan.FromSeconds(30)).TotalSeconds,
        };
        Set(spec, "priorityClassName", workload.Priority);
        Set(spec, "volumes", workload.LocalData ? new JsonArray(new JsonObject { ["name"] = "scratch", ["emptyDir"] = new JsonObject() }) : null);
        Set(spec, "tolerations", workload.Tolerates || workload.Kind == "daemonset" ? new JsonArray(new JsonObject { ["operator"] = "Exists" }) : null);
        return spec;
    }

    private static JsonObject Named(string apiVersion, string kind, WorkloadPart workload, JsonObject spec) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = workload.Name, ["namespace"] = workload.Namespace },
        ["spec"] = spec,
    };

    private static JsonObject Selector(string app) => new() { ["matchLabels"] = new JsonObject { ["app"] = app } };

    private static JsonNode NumberOrPercentage(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);

    private static string? Seconds(TimeSpan? time) => time is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###}s") : null;

    private static void Set(JsonObject into, string key, JsonNode? value)
    {
        if (value is not null)
        {
            into[key] = value;
        }
    }

    private static JsonObject With(JsonObject into, string key, string value)
    {
        into[key] = value;
        return into;
    }
}
