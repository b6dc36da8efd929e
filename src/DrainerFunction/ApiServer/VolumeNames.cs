using System.Text.Json;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.ApiServer;

/// <summary>From a claim to what a node calls its volume in <c>status.volumesAttached</c>. Pure.</summary>
internal static class VolumeNames
{
    private const string EbsDriver = "ebs.csi.aws.com";

    /// <summary>The persistent volume that a claim is bound to; null while it waits for one.</summary>
    public static string? VolumeOf(JsonElement claim) => Text(JsonText.Member(JsonText.Member(claim, "spec"), "volumeName"));

    /// <summary>
    /// The names under which a persistent volume may be attached; none where it cannot be. An EBS volume of the former source in the tree is
    /// attached by the CSI driver that it was migrated to, under that driver's name (csi-translation-lib, aws_ebs.go).
    /// </summary>
    public static IReadOnlyList<string> Of(JsonElement volume)
    {
        var spec = JsonText.Member(volume, "spec");
        var csi = JsonText.Member(spec, "csi");
        return (Text(JsonText.Member(csi, "driver")), Text(JsonText.Member(csi, "volumeHandle")), Text(JsonText.Member(JsonText.Member(spec, "awsElasticBlockStore"), "volumeID"))) switch
        {
            ({ } driver, { } handle, _) => [$"kubernetes.io/csi/{driver}^{handle}"],
            (_, _, { } id) => [$"kubernetes.io/csi/{EbsDriver}^{id[(id.LastIndexOf('/') + 1)..]}", $"kubernetes.io/aws-ebs/{id}"],
            _ => [],
        };
    }

    private static string? Text(JsonElement element) => JsonText.Of(element) is { Length: > 0 } text ? text : null;
}
