using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The attach and detach of persistent volumes: they appear in the node's status when a pod with claims is bound to it and
/// leave it some seconds after the last such pod has ended, whether or not its object is still there; six minutes later if
/// no kubelet says that they are unmounted. A volume that is still on another node is waited for.
/// </summary>
internal sealed class Volumes
{
    public const string EbsDriver = "ebs.csi.aws.com";
    public const string EfsDriver = "efs.csi.aws.com";

    private static readonly TimeSpan MaxWaitForUnmount = TimeSpan.FromMinutes(6);

    private readonly Cluster _cluster;
    private readonly VolumeClaims _claims;
    private readonly Dictionary<string, HashSet<string>> _nodesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AttachableVolume> _volumes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AttachableVolume> _lastOfClaim = new(StringComparer.Ordinal);
    private readonly HashSet<(string Node, string Volume)> _detaching = [];

    public Volumes(Cluster cluster, VolumeClaims claims)
    {
        (_cluster, _claims) = (cluster, claims);
        cluster.Store.Changed += Notice;
    }

    /// <summary>Whether a kubelet could mount all that the pod asks for; until then the pod does not start.</summary>
    public bool AreAttachedFor(JsonObject pod) =>
        pod.Text("spec", "nodeName") is { } node && Of(pod).All(volume => !volume.IsAttachable || NodesOf(volume.Name).Contains(node));

    /// <summary>As the controller that attaches and detaches sees it: none of its containers runs, whatever becomes of the object.</summary>
    private static bool HasEnded(JsonObject pod) =>
        pod.Text("status", "phase") is "Succeeded" or "Failed"
        || (pod.At("metadata", "deletionTimestamp") is not null && pod.At("status", "containerStatuses") is not null
            && pod.Items("status", "containerStatuses").All(container => container.At("state", "terminated") is not null));

    private void Notice(StoreChange change)
    {
        if (change.Kind == ResourceKinds.Nodes && (change.Before is null || change.After is null))
        {
            NodeCameOrWent(change);
            return;
        }

        if (change.Kind != ResourceKinds.Pods)
        {
            return;
        }

        if (change.Before is null)
        {
            _claims.MakeEphemeral(change.After!);
        }

        if (change.Object.Text("spec", "nodeName") is { Length: > 0 } node)
        {
            foreach (var volume in Of(change.Object).ToArray())
            {
                Settle(node, volume);
            }
        }

        if (change.After is null)
        {
            _claims.RemoveEphemeral(change.Before!);
        }
    }

    private void NodeCameOrWent(StoreChange change)
    {
        var node = change.Object.Name();
        foreach (var (volume, nodes) in _nodesOf.Where(pair => change.After is null && pair.Value.Remove(node)).ToArray())
        {
            Attachment(node, volume, _volumes[volume], attached: false);
            Offer(_volumes[volume]);
        }

        foreach (var volume in change.After is null ? [] : _cluster.Store.Pods.On(node).Where(pod => !HasEnded(pod)).SelectMany(Of).ToArray())
        {
            Settle(node, volume);
        }
    }

    private void Settle(string node, AttachableVolume volume)
    {
        if (!volume.IsAttachable || _cluster.Node(node) is null)
        {
            return;
        }

        if (!IsNeeded(node, volume))
        {
            Detach(node, volume);
        }
        else if (!NodesOf(volume.Name).Contains(node))
        {
            Attach(node, volume);
        }
    }

    private bool IsNeeded(string node, AttachableVolume volume) =>
        _cluster.Store.Pods.On(node).Any(pod => !HasEnded(pod) && Of(pod).Any(its => its.Name == volume.Name));

    private void Attach(string node, AttachableVolume volume)
    {
        if (NodesOf(volume.Name).FirstOrDefault() is { } other)
        {
            _cluster.World.Tape.Record("kubernetes", "multi-attach", node, $"{volume.Name} cannot be attached to {node}: it is attached to {other}");
            return;
        }

        _volumes[volume.Name] = volume;
        NodesOf(volume.Name).Add(node);
        Set(node, volume, attached: true);
    }

    private void Detach(string node, AttachableVolume volume)
    {
        if (!NodesOf(volume.Name).Contains(node) || !_detaching.Add((node, volume.Name)))
        {
            return;
        }

        var isDeclaredDead = _cluster.Node(node) is { } its && Tolerations.Taints(its).Any(taint => taint.Text("key") == "node.kubernetes.io/out-of-service");
        var after = _cluster.Kubelet.IsAlive(node) || isDeclaredDead ? volume.DetachesIn ?? _cluster.Settings.VolumeDetach : MaxWaitForUnmount;
        _cluster.World.Agenda.After(after, () =>
        {
            _detaching.Remove((node, volume.Name));
            if (IsNeeded(node, volume) || !NodesOf(volume.Name).Contains(node))
            {
                return;
            }

            if (volume.DetachFails)
            {
                _cluster.World.Tape.Record("kubernetes", "detach-failed", node, $"{volume.Name} cannot be detached from {node}");
                return;
            }

            NodesOf(volume.Name).Remove(node);
            Set(node, volume, attached: false);
            _cluster.World.Tape.Record("kubernetes", "volume-detached", node, $"the volume of {volume.Claim} is detached from {node}");
            Offer(volume);
        });
    }

    /// <summary>To the pod elsewhere that waits for it.</summary>
    private void Offer(AttachableVolume volume)
    {
        foreach (var name in _cluster.Store.List(ResourceKinds.Nodes).Select(node => node.Name()).ToArray())
        {
            if (IsNeeded(name, volume) && NodesOf(volume.Name).Count == 0)
            {
                Attach(name, volume);
            }
        }
    }

    private HashSet<string> NodesOf(string volume)
    {
        if (!_nodesOf.TryGetValue(volume, out var nodes))
        {
            _nodesOf[volume] = nodes = new(StringComparer.Ordinal);
        }

        return nodes;
    }

    private void Set(string nodeName, AttachableVolume volume, bool attached)
    {
        if (_cluster.Node(nodeName) is not { } node)
        {
            return;
        }

        var name = volume.Name;
        _cluster.Registry.UpdateStatus(ResourceKinds.Nodes, node, next =>
        {
            var status = next.Child("status");
            var (others, inUse) = (status.Items("volumesAttached").Where(one => one.Text("name") != name).ToArray(), status.Texts("volumesInUse").Where(one => one != name).ToArray());
            status["volumesAttached"] = new JsonArray([.. others.Select(one => one.DeepClone()), .. attached ? [new JsonObject { ["name"] = name, ["devicePath"] = "" }] : Array.Empty<JsonNode>()]);
            status["volumesInUse"] = new JsonArray([.. inUse.Select(one => JsonValue.Create(one)), .. attached ? [JsonValue.Create(name)] : Array.Empty<JsonNode>()]);
        });
        Attachment(nodeName, name, volume, attached);
    }

    private void Attachment(string node, string volumeName, AttachableVolume volume, bool attached)
    {
        var name = $"csi-{volumeName.Split('^')[^1]}-{node}";
        var exists = _cluster.Store.Get(ResourceKinds.VolumeAttachments, null, name) is not null;
        if (attached && !exists)
        {
            _cluster.Registry.Create(
                ResourceKinds.VolumeAttachments,
                null,
                new()
                {
                    ["metadata"] = new JsonObject { ["name"] = name },
                    ["spec"] = new JsonObject { ["attacher"] = EbsDriver, ["nodeName"] = node, ["source"] = new JsonObject { ["persistentVolumeName"] = volume.PersistentVolume } },
                },
                afterwards: attachment => attachment["status"] = new JsonObject { ["attached"] = true });
        }
        else if (!attached && exists)
        {
            _cluster.Registry.Delete(ResourceKinds.VolumeAttachments, null, name, DeleteOptions.None);
        }
    }

    private static IEnumerable<string> ClaimsOf(JsonObject pod) => pod.Items("spec", "volumes")
        .Select(volume => volume.Text("persistentVolumeClaim", "claimName") ?? (volume.At("ephemeral") is null ? null : $"{pod.Name()}-{volume.Text("name")}"))
        .OfType<string>();

    private IEnumerable<AttachableVolume> Of(JsonObject pod)
    {
        foreach (var claim in ClaimsOf(pod))
        {
            var key = $"{pod.Namespace()}/{claim}";
            if (_cluster.Store.Get(ResourceKinds.PersistentVolumeClaims, pod.Namespace(), claim).Text("spec", "volumeName") is { } name
                && _cluster.Store.Get(ResourceKinds.PersistentVolumes, null, name) is { } volume)
            {
                yield return _lastOfClaim[key] = AttachableVolume.Of(key, volume);
            }
            else if (_lastOfClaim.TryGetValue(key, out var last))
            {
                // The claim went before its pod, as in a namespace that is being deleted.
                yield return last;
            }
        }
    }
}
