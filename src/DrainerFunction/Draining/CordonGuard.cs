using DrainerFunction.ApiServer;
using DrainerFunction.Cordoning;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// Looks after the cordon while a drain goes on. Nothing watches the node: a pod that came later and does not tolerate the cordon is the
/// sign that it was lifted, or that another machine bears the node's name. Until that is known and mended, no such pod is evicted:
/// it would only come back here.
/// </summary>
internal sealed class CordonGuard(DrainContext drain, NodePatcher writer)
{
    private readonly TargetNode _target = drain.Order.Target;
    private readonly DateTimeOffset _seenAt = drain.Now;
    private readonly HashSet<string> _cleared = new(StringComparer.Ordinal);
    private bool _isLooking;
    private int _foundUntouched;

    /// <summary>The node is gone, or is another machine's now.</summary>
    public bool NodeIsGone { get; private set; }

    /// <summary>Whether a pod came when none should have.</summary>
    public bool Suspects(V1Pod pod) => pod.CreatedAt > _seenAt && !_cleared.Contains(pod.FullName.Uid);

    /// <summary>Looks at the node once for all pods that are suspected now; null when a look is under way already.</summary>
    public Task? LookFor(IReadOnlyCollection<V1Pod> suspects, CancellationToken cancellationToken) =>
        suspects.Count == 0 || _isLooking ? null : LookAsync([.. suspects.Select(pod => pod.FullName.Uid)], cancellationToken);

    private async Task LookAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken)
    {
        _isLooking = true;
        try
        {
            if (_foundUntouched > 0)
            {
                // Pods are bound to this node past the scheduler: evicting them at once would only be a race.
                await drain.PauseAsync(Backoff.After(_foundUntouched, drain.Random), cancellationToken);
            }

            var node = await drain.Requests.GetNodeAsync(_target.NodeName, cancellationToken);
            if (node is null || !node.IsOn(_target.InstanceId))
            {
                NodeIsGone = true;
                return;
            }

            await CordonAgainAsync(node, cancellationToken);
            _cleared.UnionWith(uids);
        }
        catch (ApiServerException denied) when (denied.Refusal is ApiServerRefusal.Denied)
        {
            // It cannot be cordoned: that the pod might come back is no reason to let it die with the machine.
            drain.Progress.Trouble("check the cordon", denied.Message);
            _foundUntouched++;
            _cleared.UnionWith(uids);
        }
        catch (ApiServerException unanswered)
        {
            drain.Progress.Trouble("check the cordon", unanswered.Message);
            await drain.PauseAfterAsync(unanswered, 1, cancellationToken);
        }
        finally
        {
            _isLooking = false;
        }
    }

    private async Task CordonAgainAsync(V1Node node, CancellationToken cancellationToken)
    {
        var written = await writer.WriteAsync(_target, node, drain.Order.Bounds, current =>
            current.Spec?.Unschedulable is true || !current.IsOn(_target.InstanceId) ? null
                : new NodePatch { ResourceVersion = current.Metadata.ResourceVersion, Unschedulable = true }, cancellationToken);
        if (written is NodePatchResult.Changed)
        {
            _foundUntouched = 0;
            drain.Progress.CordonedAgain();
        }
        else
        {
            _foundUntouched++;
        }
    }
}
