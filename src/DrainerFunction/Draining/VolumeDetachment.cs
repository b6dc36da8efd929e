using DrainerFunction.ApiServer;
using DrainerFunction.Interruptions;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>
/// Waits until the volumes of drained pods are off the node, so that the pods that follow them elsewhere can have them at once. A volume counts by
/// its handle: what finished pods, pods that stay and drivers that attach nothing claim delays nothing and hides nothing.
/// </summary>
internal sealed class VolumeDetachment(DrainContext drain) : SingleNodeWatch(drain, "watch the node's volumes")
{
    /// <summary>Over all invocations, from the cordon on; a detach that takes longer has failed.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly VolumeNameLookup _volumes = new(drain);
    private readonly HashSet<string> _moved = new(StringComparer.Ordinal);
    private IReadOnlyCollection<V1Pod> _remaining = [];
    private IReadOnlySet<string>? _movedNames;
    private IReadOnlySet<string>? _stayingNames;
    private int _stayingClaims;

    /// <summary>How many volumes of drained pods are attached, as far as is known; null when the node is gone.</summary>
    public int? Attached { get; private set; }

    /// <summary>Whether this invocation found pods with claims to move; what was attached before belongs to pods that an earlier one has drained.</summary>
    public bool MovedAny => _moved.Count > 0;

    protected override bool IsOver => Attached is null or 0;

    /// <summary>Takes up the claims of pods that the plan wants gone, and begins to ask for their volumes.</summary>
    public void Note(DrainPlan plan, CancellationToken cancellationToken)
    {
        string[] claims = [.. plan.Pods.Where(planned => planned.Disposition is not Disposition.Leave && !planned.Pod.IsFinished).SelectMany(planned => planned.Pod.Claims).Where(_moved.Add)];
        _volumes.Ask(claims, cancellationToken);
    }

    /// <param name="cancellationToken">Cancels the wait; its own bound ends it without an exception.</param>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> WaitAsync(IReadOnlyCollection<V1Pod> remaining, CancellationToken cancellationToken)
    {
        _remaining = remaining;
        var began = Drain.Now;
        if (Left(began) is var left && (left <= TimeSpan.Zero || !await Drain.Time.WithinAsync(left, RunAsync, cancellationToken)))
        {
            Drain.Progress.Trouble("finish waiting for volumes", $"still attached: {(Attached is { } count ? Plural.Of(count, "volume") : "an unknown number of volumes")} of drained pods");
        }

        return Drain.Now - began;
    }

    /// <summary>The claims of pods whose containers run on, or may: their volumes stay with them.</summary>
    public static IEnumerable<string> ClaimsThatStay(IEnumerable<V1Pod> remaining) =>
        remaining.Where(pod => !(pod.IsTerminating ? pod.HasEnded : pod.IsFinished)).SelectMany(pod => pod.Claims).Distinct(StringComparer.Ordinal);

    protected override async Task PrepareAsync(V1Node? node, CancellationToken cancellationToken)
    {
        if (node?.Status?.VolumesAttached is { Count: > 0 })
        {
            string[] staying = [.. ClaimsThatStay(_remaining)];
            _movedNames = await _volumes.NamesAsync([.. _moved], cancellationToken);
            _stayingNames = await _volumes.NamesAsync(staying, cancellationToken);
            _stayingClaims = staying.Length;
        }
    }

    protected override void OnFailure(ApiServerException unanswered)
    {
        base.OnFailure(unanswered);
        // Nothing is known to be over because nothing could be asked.
        Attached ??= MovedAny ? _moved.Count : 1;
    }

    protected override void Observe(V1Node? node)
    {
        var names = (node?.Status?.VolumesAttached ?? []).Select(volume => volume.Name).ToHashSet(StringComparer.Ordinal);
        Attached = node is null ? null
            : _movedNames is { } moved && _stayingNames is { } staying ? names.Count(name => (moved.Contains(name) || !MovedAny) && !staying.Contains(name))
            : Math.Max(0, names.Count - _stayingClaims);
    }

    private TimeSpan Left(DateTimeOffset began)
    {
        var untilDeadline = Drain.Order.Bounds.End.Before(Bound.EvictionReserve) - Drain.Now;
        var untilBound = began + Longest - Drain.Now;
        return untilDeadline < untilBound ? untilDeadline : untilBound;
    }
}
