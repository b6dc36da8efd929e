using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>A persistent volume as a scenario describes it, by the claim that it is bound to.</summary>
internal sealed record VolumeSpec(string Claim)
{
    /// <summary>An EBS volume of the CSI driver.</summary>
    public const string Ebs = "ebs";

    /// <summary>An EBS volume under the source that was in the tree once; the control plane hands it to the CSI driver.</summary>
    public const string InTree = "in-tree";

    /// <summary>A file system of a CSI driver with <c>attachRequired: false</c>: it is mounted, never attached.</summary>
    public const string Efs = "efs";

    /// <summary>A directory of the node.</summary>
    public const string Local = "local";

    /// <summary>The claim waits for its volume still.</summary>
    public const string Unbound = "unbound";

    public static readonly string[] Kinds = [Ebs, InTree, Efs, Local, Unbound];

    public string Namespace { get; init; } = "default";

    public string Kind { get; init; } = Ebs;

    /// <summary>From the end of the last pod until it is off the node; null takes the cluster's setting.</summary>
    public TimeSpan? DetachesIn { get; init; }

    /// <summary>The cloud refuses to detach it, for ever.</summary>
    public bool DetachFails { get; init; }

    public string VolumeName => $"pvc-{Namespace}-{Claim}";

    /// <summary>What the storage calls it.</summary>
    public string Handle => Kind is Efs ? $"fs-{Namespace}-{Claim}::fsap-{Claim}" : $"vol-{Namespace}-{Claim}";

    public JsonObject ToVolume()
    {
        var metadata = new JsonObject { ["name"] = VolumeName };
        var spec = new JsonObject
        {
            ["accessModes"] = new JsonArray(Kind is Efs ? "ReadWriteMany" : "ReadWriteOnce"),
            ["claimRef"] = new JsonObject { ["kind"] = "PersistentVolumeClaim", ["namespace"] = Namespace, ["name"] = Claim },
        };
        switch (Kind)
        {
            case InTree:
                metadata["annotations"] = new JsonObject { ["pv.kubernetes.io/migrated-to"] = Volumes.EbsDriver };
                spec["awsElasticBlockStore"] = new JsonObject { ["fsType"] = "ext4", ["volumeID"] = $"aws://eu-central-1a/{Handle}" };
                break;
            case Local:
                spec["local"] = new JsonObject { ["path"] = $"/mnt/{Claim}" };
                break;
            default:
                spec["csi"] = new JsonObject { ["driver"] = Kind is Efs ? Volumes.EfsDriver : Volumes.EbsDriver, ["volumeHandle"] = Handle };
                break;
        }

        if (DetachesIn is { } time)
        {
            metadata.Child("annotations")["sandbox/detaches-in"] = $"{(long)time.TotalMilliseconds}ms";
        }

        if (DetachFails)
        {
            metadata.Child("annotations")["sandbox/detach-fails"] = "true";
        }

        return new() { ["metadata"] = metadata, ["spec"] = spec };
    }
}
