using DrainerFunction.ApiServer;
using DrainerFunction.Cordoning;
using DrainerFunction.Nodes;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// Looks after the cordon while a drain goes on. A pod that was not there when the pods were listed is a sign that it was lifted, or that another
/// machine bears the node's name; so is what the watch of the node shows, once something holds a pod for long. Until that is known and mended, no such
/// pod is evicted: it would only come back here.
/// </summary>
internal sealed class CordonGuard(DrainContext drain, NodeHealthWatch health, AnnotationReader annotations, NodePatcher writer)
{
    private readonly CordonReply.Cordoned _cordon = drain.Order.Cordon;
    private readonly TargetNode _target = drain.Order.Target;
    private readonly DateTimeOffset _seenAt = drain.Now;
    private readonly HashSet<string> _cleared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _overruled = new(StringComparer.Ordinal);
    private HashSet<string>? _listed;
    private bool _isLooking;
    private int _foundUntouched;
    private int _denials;

    /// <summary>The node is another machine's now, or was gone when it was looked for.</summary>
    public bool NodeIsGone { get; private set; }

    /// <summary>The pods of the first plan were on the node when it was cordoned.</summary>
    public void Know(DrainPlan plan) => _listed ??= [.. plan.Pods.Select(planned => planned.Pod.FullName.Uid)];

    /// <summary>Whether its eviction would be one from a node that takes pods, as far as can be told.</summary>
    public bool Suspects(V1Pod pod) => pod.FullName.Uid is var uid && !_overruled.Contains(uid) && (health.IsOpen || (CameLate(pod) && !_cleared.Contains(uid)));

    /// <summary>Looks at the node once for all pods that are suspected now; null when a look is under way already.</summary>
    public Task? LookFor(IReadOnlyCollection<V1Pod> suspects, CancellationToken cancellationToken) =>
        suspects.Count == 0 || _isLooking ? null : LookAsync([.. suspects.Select(pod => pod.FullName.Uid)], cancellationToken);

    // One that had waited for a place was created before, and comes now.
    private bool CameLate(V1Pod pod) => pod.CreatedAt > _seenAt || _listed?.Contains(pod.FullName.Uid) is false;

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
            NodeIsGone = node?.IsOfAnother(_target.InstanceId) is true;
            health.NoteCordon(node);
            if (!NodeIsGone && !health.IsUndone)
            {
                // To a node without an object nothing comes back: there is no cordon to put back.
                health.NoteCordon(node is null ? null : await CordonAgainAsync(node, cancellationToken));
                _cleared.UnionWith(uids);
                _denials = 0;
            }
        }
        catch (ApiServerException denied) when (denied.Refusal is ApiServerRefusal.Denied or ApiServerRefusal.Forbidden)
        {
            drain.Progress.Trouble("check the cordon", denied.Message);
            await TakeDenialAsync(denied, uids, cancellationToken);
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

    // That the pod might come back is no reason to let it die with the machine; where the machine is in no hurry, no pod goes before the cordon is back.
    private async Task TakeDenialAsync(ApiServerException denied, IReadOnlyList<string> uids, CancellationToken cancellationToken)
    {
        if (drain.Order.Bounds.AreCertain)
        {
            _foundUntouched++;
            _overruled.UnionWith(uids);
        }
        else
        {
            await drain.PauseAfterAsync(denied, ++_denials, cancellationToken);
        }
    }

    private async Task<V1Node> CordonAgainAsync(V1Node node, CancellationToken cancellationToken)
    {
        if (!node.IsOn(_target.InstanceId))
        {
            throw _target.NotNamedYet(ApiServerRefusal.Denied);
        }

        NodePatchResult written;
        try
        {
            written = await WriteAsync(node, isNoted: _cordon.Refused is null, cancellationToken);
        }
        catch (ApiServerException denied) when (denied.Refusal is ApiServerRefusal.Denied && drain.Order.Bounds.AreCertain)
        {
            written = await WriteAsync(node, isNoted: false, cancellationToken);
        }

        if (written is not NodePatchResult.Changed(var now))
        {
            _foundUntouched++;
            return written is NodePatchResult.Unchanged(var read) ? read : node;
        }

        _foundUntouched = 0;
        drain.Progress.CordonedAgain();
        return now;
    }

    private Task<NodePatchResult> WriteAsync(V1Node node, bool isNoted, CancellationToken cancellationToken) => writer.WriteAsync(
        _target,
        node,
        drain.Order.Bounds,
        current => current.Spec?.Unschedulable is true || !current.IsOn(_target.InstanceId) ? null
            : (isNoted ? NodePatch.Annotating(current, NotedOn(current), current.Spec?.Taints ?? []) : new() { ResourceVersion = current.Metadata.ResourceVersion }) with { Unschedulable = true },
        cancellationToken);

    // Whatever cordoned the node before, this cordon is the function's, and it has to be known for that when it is lifted. A node that registered
    // anew, or whose note was taken away, remembers what this drain knows; marks of the first cordon that are no longer there are not its own.
    private InterruptionAnnotation NotedOn(V1Node node)
    {
        var noted = annotations.Read(node) is { IsSealed: true } known && known.InstanceId == _target.InstanceId ? known : _cordon.Noted with
        {
            Taints = [.. _cordon.Noted.Taints.Intersect((node.Spec?.Taints ?? []).Select(NodeTaints.Mark))],
            Labels = [.. _cordon.Noted.Labels.Where(label => node.Metadata.Labels?.ContainsKey(label) is true)],
        };
        return noted with { CordonedByUs = true };
    }
}
