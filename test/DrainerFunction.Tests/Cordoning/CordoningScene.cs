using System.Text.Json.Nodes;
using CsCheck;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;
using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>A node, and what writes our marks onto it.</summary>
public abstract class CordoningScene : IDisposable
{
    private protected const string SpotTaint = "aws-node-termination-handler/spot-itn";
    private protected readonly ClusterRig _rig = new();

    public void Dispose()
    {
        _rig.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Bounds Soon => _rig.Machine(_rig.Now.AddSeconds(120));

    private protected const string Good = """{"instanceId":"i-0000000000000000a","nodeUid":"UID","kinds":["spotReclaim"],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"1","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]""";

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected CordonOrder Order(Bounds bounds, params IReadOnlyList<InterruptionKind> kinds) => _rig.CordonOrder(bounds, kinds);

    private protected CordonReply.Cordoned Cordon(CordonOrder order) => Assert.IsType<CordonReply.Cordoned>(_rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));

    private protected UncordonReply Undo() => _rig.Run(() => _rig.Cordoning.UndoAsync(_rig.Target, _rig.Node(), new UncordonPatch(), Token));

    private protected InterruptionAnnotation Noted() => new()
    {
        InstanceId = ClusterRig.InstanceId, NodeUid = _rig.Node().Metadata.Uid, BootId = _rig.Node().BootId, Kinds = [InterruptionKind.SpotReclaim], FirstSeen = _rig.Now, Deadline = _rig.Now, Chain = new("1-chain-0"), CordonedAt = _rig.Now, CordonedByUs = true,
    };

    private protected void Annotate(Func<InterruptionAnnotation, InterruptionAnnotation> change) => Annotate(change(Noted()).ToJson());

    /// <summary>Past every policy, as one who may write spec, too.</summary>
    private protected void Annotate(string text, bool isSealed = true)
    {
        var node = _rig.Node();
        var annotation = text.Replace("UID", node.Metadata.Uid, StringComparison.Ordinal);
        var taints = AnnotationSeal.Renew(node.Spec.Taints ?? [], isSealed ? annotation : null).Select(taint => (JsonNode)new JsonObject { ["key"] = taint.Key, ["value"] = taint.Value, ["effect"] = taint.Effect });
        var change = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [InterruptionAnnotation.Annotation] = annotation } },
            ["spec"] = new JsonObject { ["taints"] = new JsonArray([.. taints]) },
        };
        _rig.Cluster.Registry.Update(ResourceKinds.Nodes, null, ClusterRig.NodeName, old => Patches.Apply(old, change, "application/merge-patch+json"));
    }

    private protected static bool NotTheServers(string taint) => !taint.StartsWith("node.kubernetes.io/unschedulable", StringComparison.Ordinal);

    private protected static IEnumerable<string> TaintsOf(V1Node node) => (node.Spec.Taints ?? []).Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}");
}
