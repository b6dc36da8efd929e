using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The attach and detach of persistent volumes: they appear in the node's status when a pod with claims is bound to it
/// and leave it some seconds after the last such pod is gone; six minutes later if no kubelet says that they are unmounted.
/// </summary>
internal sealed class Volumes
{
    private static readonly TimeSpan MaxWaitForUnmount = TimeSpan.FromMinutes(6);

    private readonly Cluster _cluster;

    public Volumes(Cluster cluster)
    {
        _cluster = cluster;
        cluster.Store.Changed += Notice;
    }

    /// <summary>Makes a claim and the volume that it is bound to, unless it is there.</summary>
    public void Claim(string space, string name)
    {
        if (_cluster.Store.Get(ResourceKinds.PersistentVolumeClaims, space, name) is null)
        {
            _cluster.Registry.Create(
                ResourceKinds.PersistentVolumeClaims,
                space,
                new() { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = new JsonObject { ["accessModes"] = new JsonArray("ReadWriteOnce"), ["volumeName"] = VolumeOf(space, name) } },
                afterwards: claim => claim["status"] = new JsonObject { ["phase"] = "Bound" });
        }
    }

    /// <summary>Gives a StatefulSet's pod the claims that its templates ask for.</summary>
    public void ClaimFor(JsonObject set, JsonObject pod)
    {
        foreach (var template in set.Items("spec", "volumeClaimTemplates"))
        {
            var claim = $"{template.Name()}-{pod.Name()}";
            Claim(set.Namespace()!, claim);
            pod.Child("spec").ChildList("volumes").Add((JsonNode)new JsonObject
            {
                ["name"] = template.Name(), ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim },
            });
        }
    }

    private static string[] ClaimsOf(JsonObject pod) =>
        [.. pod.Items("spec", "volumes").Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>()];

    private void Notice(StoreChange change)
    {
        if (change.Kind != ResourceKinds.Pods || change.Object.Text("spec", "nodeName") is not { Length: > 0 } node)
        {
            return;
        }

        foreach (var claim in ClaimsOf(change.Object))
        {
            var volume = VolumeOf(change.Object.Namespace()!, claim);
            if (change.After is null)
            {
                Detach(node, change.Object.Namespace()!, claim);
            }
            else if (change.Before.Text("spec", "nodeName") != node)
            {
                Set(node, volume, attached: true);
            }
        }
    }

    private void Detach(string node, string space, string claim)
    {
        var isDeclaredDead = _cluster.Node(node) is { } its && Tolerations.Taints(its).Any(taint => taint.Text("key") == "node.kubernetes.io/out-of-service");
        var after = _cluster.Kubelet.IsAlive(node) || isDeclaredDead ? _cluster.Settings.VolumeDetach : MaxWaitForUnmount;
        _cluster.World.Agenda.After(after, () =>
        {
            if (!_cluster.Store.Pods.On(node).Any(pod => pod.Namespace() == space && ClaimsOf(pod).Contains(claim)))
            {
                Set(node, VolumeOf(space, claim), attached: false);
                _cluster.World.Tape.Record("kubernetes", "volume-detached", node, $"the volume of {space}/{claim} is detached from {node}");
            }
        });
    }

    private void Set(string nodeName, string volume, bool attached)
    {
        if (_cluster.Node(nodeName) is not { } node)
        {
            return;
        }

        var name = $"kubernetes.io/csi/ebs.csi.aws.com^{volume}";
        _cluster.Registry.UpdateStatus(ResourceKinds.Nodes, node, next =>
        {
            var status = next.Child("status");
            var (others, inUse) = (status.Items("volumesAttached").Where(one => one.Text("name") != name).ToArray(), status.Texts("volumesInUse").Where(one => one != name).ToArray());
            status["volumesAttached"] = new JsonArray([.. others.Select(one => one.DeepClone()), .. attached ? [new JsonObject { ["name"] = name, ["devicePath"] = "" }] : Array.Empty<JsonNode>()]);
            status["volumesInUse"] = new JsonArray([.. inUse.Select(one => JsonValue.Create(one)), .. attached ? [JsonValue.Create(name)] : Array.Empty<JsonNode>()]);
        });
        Attachment(nodeName, volume, attached);
    }

    private void Attachment(string node, string volume, bool attached)
    {
        var name = $"csi-{volume}-{node}";
        var exists = _cluster.Store.Get(ResourceKinds.VolumeAttachments, null, name) is not null;
        if (attached && !exists)
        {
            _cluster.Registry.Create(
                ResourceKinds.VolumeAttachments,
                null,
                new()
                {
                    ["metadata"] = new JsonObject { ["name"] = name },
                    ["spec"] = new JsonObject { ["attacher"] = "ebs.csi.aws.com", ["nodeName"] = node, ["source"] = new JsonObject { ["persistentVolumeName"] = volume } },
                },
                afterwards: attachment => attachment["status"] = new JsonObject { ["attached"] = true });
        }
        else if (!attached && exists)
        {
            _cluster.Registry.Delete(ResourceKinds.VolumeAttachments, null, name, DeleteOptions.None);
        }
    }

    private static string VolumeOf(string space, string claim) => $"vol-{space}-{claim}";
}
