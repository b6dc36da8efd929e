using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>A persistent volume as nodes attach it.</summary>
/// <param name="Claim">Namespace and name.</param>
/// <param name="Name">As the status of a node names it; migrated sources under the name that their driver gives.</param>
internal sealed record AttachableVolume(string Claim, string PersistentVolume, string Name, bool IsAttachable, TimeSpan? DetachesIn, bool DetachFails)
{
    public static AttachableVolume Of(string claim, JsonObject volume)
    {
        var (driver, handle) = volume.At("spec", "csi") is { } csi ? (csi.Text("driver"), csi.Text("volumeHandle"))
            : volume.Text("spec", "awsElasticBlockStore", "volumeID") is { } id ? (Volumes.EbsDriver, id.Split('/')[^1])
            : (null, null);
        var time = volume.Annotation("sandbox/detaches-in");
        return new(
            claim,
            volume.Name(),
            $"kubernetes.io/csi/{driver}^{handle}",
            driver is Volumes.EbsDriver,
            time is null ? null : TimeSpan.FromMilliseconds(long.Parse(time.Replace("ms", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)),
            volume.Annotation("sandbox/detach-fails") is not null);
    }
}
