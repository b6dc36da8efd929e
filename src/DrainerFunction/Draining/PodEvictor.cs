using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>Asks for one pod, once, and turns the reply into what the next plan knows: after a refusal that is when to ask again.</summary>
internal sealed class PodEvictor(DrainContext drain, DrainRules rules)
{
    // The namespace controller deletes the pod; this only notices when it does not.
    private static readonly TimeSpan NamespacePause = TimeSpan.FromSeconds(10);

    public PodRequestStates States { get; } = new();

    /// <returns>Whether a disruption budget holds the pod.</returns>
    public Task<bool> EvictAsync(V1Pod pod, CancellationToken cancellationToken) => RequestAsync(pod, obstacle: null, cancellationToken);

    /// <param name="obstacle">Past which it is deleted.</param>
    public Task DeleteAsync(V1Pod pod, string obstacle, CancellationToken cancellationToken) => RequestAsync(pod, obstacle, cancellationToken);

    private async Task<bool> RequestAsync(V1Pod pod, string? obstacle, CancellationToken cancellationToken)
    {
        var name = pod.FullName;
        PodRequest? sent = null;

        // Asked when the request is really sent: time passes while it waits for its turn.
        PodRequest Send() => sent = PodRequest.Of(SnapshotOf(pod), obstacle);

        NoteRequest(pod, isDeletion: obstacle is not null);
        try
        {
            var start = SnapshotOf(pod).LatestStart;
            var reply = obstacle is null
                ? await drain.Requests.EvictAsync(name, start, () => Send().GracePeriod, cancellationToken)
                : await drain.Requests.DeleteAsync(name, start, () => Send().GracePeriod!.Value, cancellationToken);
            return Take(reply, pod, sent!);
        }
        catch (ApiServerException unanswered)
        {
            NoteFailure(pod, obstacle is null ? "evict" : "delete", unanswered, sent);
            return false;
        }
    }

    private bool Take(EvictionReply reply, V1Pod pod, PodRequest sent)
    {
        var name = pod.FullName;
        switch (reply)
        {
            case EvictionReply.Accepted:
                NoteAcceptance(name);
                // One that was stopping already is told to be quicker: nothing was passed.
                drain.Progress.Accepted(name, pod.IsTerminating ? sent with { Obstacle = null } : sent);
                return false;
            case EvictionReply.Gone:
                NoteAcceptance(name);
                return false;
            case EvictionReply.HeldByDisruptionBudget(var named, var why, var after):
                var budget = named ?? (why.Contains("more than one", StringComparison.Ordinal) ? "more than one disruption budget" : "an unnamed disruption budget");
                Update(name, state => state with { RefusingBudget = budget, Obstacle = budget });
                drain.Progress.RefusedByBudget(name, budget);
                RetryLater(pod, $"blocked by disruption budget {budget}: {why}", after);
                return true;
            case EvictionReply.Refused(var by, var why, var after):
                drain.Progress.Refused(name, by, why);
                Update(name, state => state with { Obstacle = $"the refusal of {by}" });
                RetryLater(pod, $"denied by {by}: {why}", after);
                return false;
            case EvictionReply.NamespaceTerminating:
                Update(name, state => state with { NamespaceEnds = true, WasShortened = false });
                RetryLater(pod, "its namespace is being terminated", NamespacePause);
                return false;
            default:
                throw new UnreachableException($"No way to take {reply}.");
        }
    }

    private void NoteRequest(V1Pod pod, bool isDeletion)
    {
        var name = pod.FullName;
        if (States[name.Uid].Refusals > 0)
        {
            drain.Requests.SentAgain();
        }

        Update(name, state => state with { Reply = PodReply.Pending, AskedAt = drain.Now, WasDeletion = isDeletion, WasShortened = pod.IsTerminating });
        drain.Progress.Asked(name);
    }

    private void NoteAcceptance(PodName pod)
    {
        Update(pod, state => state with { Reply = PodReply.Accepted, AskedAt = drain.Now });
        drain.Progress.Recovered("evict", "delete");
    }

    private void NoteFailure(V1Pod pod, string what, ApiServerException unanswered, PodRequest? sent)
    {
        drain.Progress.Trouble(what, pod.FullName, unanswered.Message);
        if (sent is not null)
        {
            drain.Progress.Unanswered(pod.FullName, sent);
        }

        Update(pod.FullName, state => state with { Obstacle = state.Obstacle ?? $"failed requests: {unanswered.Message}" });
        RetryLater(pod, $"could not {what} it: {unanswered.Message}", unanswered.RetryAfter);
    }

    private void RetryLater(V1Pod pod, string why, TimeSpan? retryAfter)
    {
        var latest = SnapshotOf(pod).LatestRetry;
        Update(pod.FullName, state => state with
        {
            Reply = PodReply.Refused,
            Why = why,
            Refusals = state.Refusals + 1,
            NextTry = drain.Now + (retryAfter is { } asked ? RequestPool.Limit(asked) : Backoff.After(state.Refusals + 1, drain.Random)) is var next && next < latest ? next : latest,
            NextTryIsTheServers = retryAfter is not null,
        });
    }

    private void Update(PodName pod, Func<PodRequestState, PodRequestState> change) => States[pod.Uid] = change(States[pod.Uid]);

    private PodSnapshot SnapshotOf(V1Pod pod) => new(pod, States[pod.FullName.Uid], drain.Order.Bounds, drain.Now, rules);
}
