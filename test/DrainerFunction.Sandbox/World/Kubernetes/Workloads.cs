using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The controllers that own pods: each looks at its own object some milliseconds after that or one of its pods changed,
/// and makes, removes and counts pods. Rollouts are not modelled: a new template makes a new ReplicaSet at once.
/// </summary>
internal sealed class Workloads
{
    private static readonly ResourceKind[] Kinds =
        [ResourceKinds.Deployments, ResourceKinds.ReplicaSets, ResourceKinds.ReplicationControllers, ResourceKinds.StatefulSets, ResourceKinds.DaemonSets, ResourceKinds.Jobs];

    private readonly HashSet<(ResourceKind Kind, string? Namespace, string Name)> _due = [];
    private readonly Cluster _cluster;
    private readonly DaemonSets _daemonSets;

    public Workloads(Cluster cluster)
    {
        _cluster = cluster;
        _daemonSets = new(cluster, this);
        cluster.Store.Changed += Notice;
    }

    /// <summary>Brings one owner's pods up to date now.</summary>
    public void Sync(ResourceKind kind, string? space, string name)
    {
        if (_cluster.Store.Get(kind, space, name) is not { } owner || owner.At("metadata", "deletionTimestamp") is not null)
        {
            return;
        }

        switch (kind.Kind)
        {
            case "Deployment":
                SyncDeployment(owner);
                break;
            case "StatefulSet":
                SyncStatefulSet(owner);
                break;
            case "DaemonSet":
                _daemonSets.Sync(owner);
                break;
            case "Job":
                SyncJob(owner);
                break;
            default:
                SyncReplicas(owner);
                break;
        }
    }

    /// <param name="adjust">The last word on the pod before it is created.</param>
    public JsonObject CreatePod(JsonObject owner, string? name, Action<JsonObject>? adjust = null, Action<JsonObject>? afterwards = null)
    {
        var pod = PodFromTemplate(owner);
        pod.Child("metadata")[name is null ? "generateName" : "name"] = name ?? owner.Name() + "-";
        adjust?.Invoke(pod);
        return _cluster.Registry.Create(ResourceKinds.Pods, owner.Namespace(), pod, afterwards: afterwards);
    }

    public JsonObject CreateStatefulPod(JsonObject set, int ordinal, Action<JsonObject>? afterwards = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{ordinal}");
        return CreatePod(
            set,
            name,
            pod =>
            {
                pod.Child("metadata").Child("labels")["statefulset.kubernetes.io/pod-name"] = name;
                _cluster.Claims.ClaimFor(set, pod);
            },
            afterwards);
    }

    public static JsonObject PodFromTemplate(JsonObject owner)
    {
        var pod = (owner.At("spec", "template") as JsonObject)?.Copy() ?? [];
        pod.Child("metadata")["ownerReferences"] = new JsonArray(Reference(owner));
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        return pod;
    }

    public static JsonObject Reference(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    public static bool IsActive(JsonObject pod) =>
        pod.At("metadata", "deletionTimestamp") is null && pod.Text("status", "phase") is not ("Succeeded" or "Failed");

    private void Notice(StoreChange change)
    {
        if (Kinds.Contains(change.Kind) && change.After is not null)
        {
            Enqueue(change.Kind, change.Object.Namespace(), change.Object.Name());
        }

        // The owner of what changed: of a pod, or of a Deployment's ReplicaSet.
        if (change.Object.Controller() is { } owner && ResourceKinds.OfKind(owner.Text("apiVersion"), owner.Text("kind")) is { } kind && Kinds.Contains(kind))
        {
            Enqueue(kind, change.Object.Namespace(), owner.Text("name")!);
        }

        if (change.Kind == ResourceKinds.Nodes && (change.Before is null || change.After is null || !JsonNode.DeepEquals(change.Before["spec"], change.After["spec"])))
        {
            foreach (var daemonSet in _cluster.Store.List(ResourceKinds.DaemonSets))
            {
                Enqueue(ResourceKinds.DaemonSets, daemonSet.Namespace(), daemonSet.Name());
            }
        }
    }

    private void Enqueue(ResourceKind kind, string? space, string name)
    {
        if (_due.Add((kind, space, name)))
        {
            _cluster.World.Agenda.After(_cluster.Settings.ControllerLatency, () =>
            {
                _due.Remove((kind, space, name));
                Sync(kind, space, name);
            });
        }
    }

    private void SyncReplicas(JsonObject owner)
    {
        JsonObject[] active = [.. _cluster.Store.Pods.OwnedBy(owner.Uid()).Where(IsActive)];
        var wanted = owner.Number("spec", "replicas") ?? 1;
        for (var count = active.Length; count < wanted; count++)
        {
            CreatePod(owner, null);
        }

        // Those that run least go first.
        foreach (var pod in active.OrderBy(pod => pod.ConditionIsTrue("Ready")).ThenByDescending(ObjectStore.Key, StringComparer.Ordinal).Take((int)Math.Max(0, active.Length - wanted)))
        {
            _cluster.Registry.Delete(ResourceKinds.Pods, pod.Namespace(), pod.Name(), DeleteOptions.None);
        }

        Count(owner);
    }

    private void SyncDeployment(JsonObject deployment)
    {
        var name = $"{deployment.Name()}-{Hash(deployment.At("spec", "template"))}";
        var replicas = deployment.Number("spec", "replicas") ?? 1;
        foreach (var old in _cluster.Store.List(ResourceKinds.ReplicaSets, deployment.Namespace()).Where(set => set.Controller().Text("uid") == deployment.Uid()).ToArray())
        {
            SetReplicas(old, old.Name() == name ? replicas : 0);
        }

        if (_cluster.Store.Get(ResourceKinds.ReplicaSets, deployment.Namespace(), name) is not { } current)
        {
            current = _cluster.Registry.Create(ResourceKinds.ReplicaSets, deployment.Namespace(), ReplicaSetOf(deployment, name, replicas));
        }

        _cluster.Registry.UpdateStatus(ResourceKinds.Deployments, deployment, next =>
        {
            var status = next.Child("status");
            status["observedGeneration"] = next.Number("metadata", "generation") ?? 0;
            status["replicas"] = current.Number("status", "replicas") ?? 0;
            status["updatedReplicas"] = current.Number("status", "replicas") ?? 0;
            status["readyReplicas"] = current.Number("status", "readyReplicas") ?? 0;
            status["availableReplicas"] = current.Number("status", "readyReplicas") ?? 0;
            var isAvailable = (current.Number("status", "readyReplicas") ?? 0) >= replicas;
            next.SetCondition(_cluster.World.Now, "Available", isAvailable ? "True" : "False", isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable");
        });
    }

    private static JsonObject ReplicaSetOf(JsonObject deployment, string name, long replicas)
    {
        var hash = name[(name.LastIndexOf('-') + 1)..];
        var spec = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = deployment.At("spec", "selector")?.DeepClone() ?? new JsonObject(),
            ["template"] = deployment.At("spec", "template")?.DeepClone() ?? new JsonObject(),
        };
        spec.Child("selector").Child("matchLabels")["pod-template-hash"] = hash;
        spec.Child("template").Child("metadata").Child("labels")["pod-template-hash"] = hash;
        return new()
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = spec.At("template", "metadata", "labels")?.DeepClone(), ["ownerReferences"] = new JsonArray(Reference(deployment)) },
            ["spec"] = spec,
        };
    }

    private void SetReplicas(JsonObject owner, long replicas)
    {
        if (owner.Number("spec", "replicas") != replicas)
        {
            _cluster.Registry.Update(ResourceKinds.ReplicaSets, owner.Namespace(), owner.Name(), next =>
            {
                next.Child("spec")["replicas"] = replicas;
                return next;
            });
        }
    }

    // One by one and in order: the next ordinal waits until the one before it is ready, and a name until its last bearer is gone.
    private void SyncStatefulSet(JsonObject set)
    {
        var pods = _cluster.Store.Pods.OwnedBy(set.Uid()).ToDictionary(pod => pod.Name(), StringComparer.Ordinal);
        var wanted = set.Number("spec", "replicas") ?? 1;
        var inParallel = set.Text("spec", "podManagementPolicy") == "Parallel";
        for (var ordinal = 0; ordinal < wanted; ordinal++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{ordinal}");
            var pod = pods.GetValueOrDefault(name);
            if (pod is null)
            {
                pod = CreateStatefulPod(set, ordinal);
            }
            else if (pod.Text("status", "phase") is "Failed" or "Succeeded" && pod.At("metadata", "deletionTimestamp") is null)
            {
                _cluster.Registry.Delete(ResourceKinds.Pods, pod.Namespace(), pod.Name(), DeleteOptions.None);
            }

            if (!inParallel && (!pod.ConditionIsTrue("Ready") || pod.At("metadata", "deletionTimestamp") is not null))
            {
                break;
            }
        }

        if (pods.Values.Where(pod => IsActive(pod) && Ordinal(pod) >= wanted).MaxBy(Ordinal) is { } surplus)
        {
            _cluster.Registry.Delete(ResourceKinds.Pods, surplus.Namespace(), surplus.Name(), DeleteOptions.None);
        }

        Count(set);
    }

    private void SyncJob(JsonObject job)
    {
        var pods = _cluster.Store.Pods.OwnedBy(job.Uid());
        var succeeded = pods.Count(pod => pod.Text("status", "phase") == "Succeeded" && pod.At("metadata", "deletionTimestamp") is null);
        var active = pods.Count(IsActive);
        var completions = job.Number("spec", "completions") ?? 1;
        var wanted = Math.Min(job.Number("spec", "parallelism") ?? 1, completions - succeeded);
        for (; active < wanted; active++)
        {
            CreatePod(job, null, pod => pod.Child("spec")["restartPolicy"] ??= "Never");
        }

        _cluster.Registry.UpdateStatus(ResourceKinds.Jobs, job, next =>
        {
            var status = next.Child("status");
            status["active"] = active;
            status["succeeded"] = succeeded;
            if (succeeded >= completions)
            {
                next.SetCondition(_cluster.World.Now, "Complete", "True", "CompletionsReached");
            }
        });
    }

    private void Count(JsonObject owner)
    {
        var pods = _cluster.Store.Pods.OwnedBy(owner.Uid()).Where(IsActive).ToArray();
        var ready = pods.Count(pod => pod.ConditionIsTrue("Ready"));
        _cluster.Registry.UpdateStatus(ResourceKinds.OfKind(owner.Text("apiVersion"), owner.Text("kind"))!, owner, next =>
        {
            var status = next.Child("status");
            status["observedGeneration"] = next.Number("metadata", "generation") ?? 0;
            status["replicas"] = pods.Length;
            status["readyReplicas"] = ready;
            status["availableReplicas"] = ready;
        });
    }

    private static long Ordinal(JsonObject pod) =>
        long.TryParse(pod.Name()[(pod.Name().LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;

    private static string Hash(JsonNode? template)
    {
        var hash = 2166136261u;
        foreach (var letter in template?.ToJsonString() ?? "")
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
