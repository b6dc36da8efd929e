using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Setting the scene: what is there when a story begins, without waiting for anything to boot or to start.</summary>
internal sealed partial class Cluster
{
    public JsonObject AddNamespace(string name)
    {
        lock (World.Gate)
        {
            return Store.Get(ResourceKinds.Namespaces, null, name)
                ?? Registry.Create(ResourceKinds.Namespaces, null, new() { ["metadata"] = new JsonObject { ["name"] = name } });
        }
    }

    /// <summary>A node that is registered and Ready now.</summary>
    /// <param name="adjust">Labels, taints and the like, before it is stored.</param>
    public JsonObject AddNode(Machine machine, Action<JsonObject>? adjust = null)
    {
        lock (World.Gate)
        {
            return Registry.Create(ResourceKinds.Nodes, null, NodeObjects.Of(machine, Settings), afterwards: node =>
            {
                NodeObjects.SetBooted(node, World, Settings);
                adjust?.Invoke(node);
            });
        }
    }

    /// <summary>Takes one right (<c>create pods/eviction</c>, <c>list policy/poddisruptionbudgets</c>) out of every cluster role.</summary>
    public void Revoke(string right)
    {
        lock (World.Gate)
        {
            foreach (var role in Store.List(ResourceKinds.ClusterRoles).ToArray())
            {
                Registry.Update(ResourceKinds.ClusterRoles, null, role.Name(), next =>
                {
                    next["rules"] = new JsonArray([.. from rule in role.Items("rules")
                                                      from api in rule.Texts("apiGroups")
                                                      from resource in rule.Texts("resources")
                                                      from verb in rule.Texts("verbs")
                                                      where right != (api.Length == 0 ? $"{verb} {resource}" : $"{verb} {api}/{resource}")
                                                      select (JsonNode)new JsonObject { ["apiGroups"] = new JsonArray(api), ["resources"] = new JsonArray(resource), ["verbs"] = new JsonArray(verb) }]);
                    return next;
                });
            }
        }
    }

    public JsonObject AddPod(PodSpec spec, JsonObject? owner = null)
    {
        lock (World.Gate)
        {
            AddNamespace(spec.Namespace);
            Claim(spec);
            var pod = spec.ToJson();
            if (owner is not null)
            {
                pod.Child("metadata")["ownerReferences"] = new JsonArray(Workloads.Reference(owner));
            }
            else if (spec.IsMirror && Node(spec.Node ?? "") is { } node)
            {
                pod.Child("metadata")["ownerReferences"] = new JsonArray(Workloads.Reference(node));
            }

            return Registry.Create(ResourceKinds.Pods, spec.Namespace, pod, afterwards: next => Place(next, spec));
        }
    }

    /// <summary>A persistent volume and the claim that is bound to it, for pods that are added later.</summary>
    public void AddVolume(VolumeSpec volume)
    {
        lock (World.Gate)
        {
            AddNamespace(volume.Namespace);
            Claims.Claim(volume);
        }
    }

    /// <param name="on">The nodes on which its pods run already, in turn; none leaves them to the scheduler.</param>
    public JsonObject AddReplicaSet(PodSpec template, int replicas, params IReadOnlyList<string> on)
    {
        lock (World.Gate)
        {
            var owner = AddOwner(ResourceKinds.ReplicaSets, template, replicas);
            AddPodsOf(owner, template, replicas, on);
            return owner;
        }
    }

    public JsonObject AddDeployment(PodSpec template, int replicas, params IReadOnlyList<string> on)
    {
        lock (World.Gate)
        {
            var deployment = AddOwner(ResourceKinds.Deployments, template, replicas);
            Workloads.Sync(ResourceKinds.Deployments, template.Namespace, template.Name);
            var set = Store.List(ResourceKinds.ReplicaSets, template.Namespace).Single(one => one.Controller().Text("uid") == deployment.Uid());
            AddPodsOf(set, template, replicas, on);
            return deployment;
        }
    }

    public JsonObject AddStatefulSet(PodSpec template, int replicas, IReadOnlyList<string> on, params string[] volumes)
    {
        lock (World.Gate)
        {
            var owner = AddOwner(ResourceKinds.StatefulSets, template, replicas, spec =>
                spec["volumeClaimTemplates"] = new JsonArray([.. volumes.Select(volume => new JsonObject { ["metadata"] = new JsonObject { ["name"] = volume } })]));
            for (var ordinal = 0; ordinal < replicas && on.Count > 0; ordinal++)
            {
                var node = on[ordinal % on.Count];
                Workloads.CreateStatefulPod(owner, ordinal, pod => Place(pod, template with { Node = node }));
            }

            return owner;
        }
    }

    /// <summary>Its pods run already on every node that is there.</summary>
    public JsonObject AddDaemonSet(PodSpec template)
    {
        lock (World.Gate)
        {
            var owner = AddOwner(ResourceKinds.DaemonSets, template, null);
            foreach (var node in Store.List(ResourceKinds.Nodes).ToArray())
            {
                Workloads.CreatePod(owner, null, pod => DaemonSets.Aim(pod, node.Name()), pod => Place(pod, template with { Node = node.Name() }));
            }

            return owner;
        }
    }

    public JsonObject AddJob(PodSpec template, int completions, params IReadOnlyList<string> on)
    {
        lock (World.Gate)
        {
            var owner = AddOwner(ResourceKinds.Jobs, template, null, spec =>
            {
                spec.Remove("selector");
                (spec["completions"], spec["parallelism"]) = (completions, completions);
                spec.Child("template").Child("spec")["restartPolicy"] = "Never";
            });
            AddPodsOf(owner, template, completions, on);
            return owner;
        }
    }

    /// <summary>A budget over the pods labelled <c>app: APP</c>; amounts are a number or a percentage.</summary>
    public JsonObject AddDisruptionBudget(string app, string? minAvailable = null, string? maxUnavailable = null, string space = "default", string? name = null, string? unhealthyPodEvictionPolicy = null)
    {
        lock (World.Gate)
        {
            AddNamespace(space);
            var spec = new JsonObject { ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = app } } };
            foreach (var (field, amount) in ((string, string?)[])[("minAvailable", minAvailable), ("maxUnavailable", maxUnavailable)])
            {
                if (amount is not null)
                {
                    spec[field] = int.TryParse(amount, out var number) ? number : amount;
                }
            }

            if (unhealthyPodEvictionPolicy is not null)
            {
                spec["unhealthyPodEvictionPolicy"] = unhealthyPodEvictionPolicy;
            }

            var budget = Registry.Create(ResourceKinds.DisruptionBudgets, space, new() { ["metadata"] = new JsonObject { ["name"] = name ?? app }, ["spec"] = spec });
            Disruptions.Sync(space, budget.Name());
            return Store.Get(ResourceKinds.DisruptionBudgets, space, budget.Name())!;
        }
    }

    private JsonObject AddOwner(ResourceKind kind, PodSpec template, int? replicas, Action<JsonObject>? adjust = null)
    {
        AddNamespace(template.Namespace);
        Claim(template);
        var pod = template.ToJson();
        pod.Child("metadata").Remove("name");
        pod.Child("metadata").Remove("namespace");
        var spec = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = template.Name } },
            ["template"] = new JsonObject { ["metadata"] = pod["metadata"]!.DeepClone(), ["spec"] = pod["spec"]!.DeepClone() },
        };
        if (replicas is not null)
        {
            spec["replicas"] = replicas;
        }

        adjust?.Invoke(spec);
        return Registry.Create(kind, template.Namespace, new() { ["metadata"] = new JsonObject { ["name"] = template.Name }, ["spec"] = spec });
    }

    private void Claim(PodSpec pod)
    {
        foreach (var claim in pod.Claims)
        {
            Claims.Claim(pod.Namespace, claim);
        }
    }

    private void AddPodsOf(JsonObject owner, PodSpec template, int count, IReadOnlyList<string> on)
    {
        for (var index = 0; index < count && on.Count > 0; index++)
        {
            var node = on[index % on.Count];
            Workloads.CreatePod(owner, null, afterwards: pod => Place(pod, template with { Node = node }));
        }
    }

    private void Place(JsonObject pod, PodSpec spec)
    {
        if (spec.Node is not null)
        {
            pod.Child("spec")["nodeName"] = spec.Node;
            Kubelet.SetRunning(pod);
        }

        if (spec.FinishedAs is not null)
        {
            pod.Child("status")["phase"] = spec.FinishedAs;
            pod.SetCondition(World.Now, "Ready", "False", "PodCompleted");
        }
    }
}
