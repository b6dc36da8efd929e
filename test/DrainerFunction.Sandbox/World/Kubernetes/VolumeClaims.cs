using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>Persistent volume claims and the volumes that they are bound to: made by a scenario, by a StatefulSet or with a pod, and gone with it.</summary>
internal sealed class VolumeClaims(Cluster cluster)
{
    /// <summary>Makes a claim and the volume that it is bound to, unless it is there.</summary>
    public void Claim(string space, string name) => Claim(new VolumeSpec(name) { Namespace = space });

    /// <param name="owner">The pod of an ephemeral claim.</param>
    public void Claim(VolumeSpec volume, JsonObject? owner = null)
    {
        if (cluster.Store.Get(ResourceKinds.PersistentVolumeClaims, volume.Namespace, volume.Claim) is not null)
        {
            return;
        }

        var isBound = volume.Kind != VolumeSpec.Unbound;
        if (isBound)
        {
            cluster.Registry.Create(ResourceKinds.PersistentVolumes, null, volume.ToVolume(), afterwards: one => one["status"] = new JsonObject { ["phase"] = "Bound" });
        }

        var metadata = new JsonObject { ["name"] = volume.Claim };
        if (owner is not null)
        {
            metadata["ownerReferences"] = new JsonArray(Workloads.Reference(owner));
        }

        var spec = new JsonObject { ["accessModes"] = new JsonArray(volume.Kind is VolumeSpec.Efs ? "ReadWriteMany" : "ReadWriteOnce") };
        if (isBound)
        {
            spec["volumeName"] = volume.VolumeName;
        }

        cluster.Registry.Create(
            ResourceKinds.PersistentVolumeClaims,
            volume.Namespace,
            new() { ["metadata"] = metadata, ["spec"] = spec },
            afterwards: claim => claim["status"] = new JsonObject { ["phase"] = isBound ? "Bound" : "Pending" });
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

    /// <summary>The claims of a pod's ephemeral volumes.</summary>
    public void MakeEphemeral(JsonObject pod)
    {
        foreach (var volume in pod.Items("spec", "volumes").Where(volume => volume.At("ephemeral") is not null))
        {
            Claim(new VolumeSpec($"{pod.Name()}-{volume.Text("name")}") { Namespace = pod.Namespace()! }, pod);
        }
    }

    /// <summary>The claim goes with its pod, and with the claim its volume, which is detached on the way.</summary>
    public void RemoveEphemeral(JsonObject pod)
    {
        foreach (var claim in cluster.Store.List(ResourceKinds.PersistentVolumeClaims, pod.Namespace()).Where(claim => claim.Items("metadata", "ownerReferences").Any(owner => owner.Text("uid") == pod.Uid())).ToArray())
        {
            cluster.Registry.Delete(ResourceKinds.PersistentVolumeClaims, claim.Namespace(), claim.Name(), DeleteOptions.None);
            if (claim.Text("spec", "volumeName") is { } volume && cluster.Store.Get(ResourceKinds.PersistentVolumes, null, volume) is not null)
            {
                cluster.Registry.Delete(ResourceKinds.PersistentVolumes, null, volume, DeleteOptions.None);
            }
        }
    }
}
