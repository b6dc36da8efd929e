using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Draining;

/// <summary>Asks for one pod, once, and turns the answer into what the next plan knows.</summary>
internal sealed class PodEvictor(PodRequestStates requestStates, PooledRequests requests, DrainProgress progress, Func<V1Pod, PodSnapshot> look, TimeProvider time, Random random)
{
    // The namespace controller deletes the pod; this only notices when it does not.
    private static readonly TimeSpan NamespacePause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public async Task EvictAsync(V1Pod pod, Action<V1Pod> held, CancellationToken cancellationToken)
    {
        var name = pod.FullName;
        PodSnapshot? sent = null;
        Ask(pod, isDeletion: false);
        var reply = await AnswerAsync(
            () => requests.EvictAsync(name, look(pod).LatestStart, () => (sent = look(pod)).GracePeriodToAsk, cancellationToken), (why, after) => new EvictionReply.Failed(why, after));
        switch (reply)
        {
            case EvictionReply.Accepted:
                Accept(name);
                progress.Evicted(name, sent!.GracePeriodToAsk, IsCut(sent));
                break;
            case EvictionReply.Gone:
                Accept(name);
                break;
            case EvictionReply.HeldByDisruptionBudget(var named, var why, var after):
                var budget = named ?? (why.Contains("more than one", StringComparison.Ordinal) ? "more than one disruption budget" : "an unnamed disruption budget");
                Put(name, state => state with { RefusingBudget = budget, Obstacle = budget });
                progress.HeldBy(name, budget);
                ComeBack(pod, $"blocked by disruption budget {budget}: {why}", after);
                held(pod);
                break;
            case EvictionReply.Refused(var by, var why, var after):
                Deny(pod, by, why, after);
                break;
            case EvictionReply.NamespaceTerminating:
                ComeBack(pod, "its namespace is being terminated", NamespacePause);
                break;
            case EvictionReply.Failed(var why, var after):
                Fail(pod, "evict", why, after, sent is null ? null : new(null, sent.GracePeriodToAsk, IsCut(sent)));
                break;
            default:
                throw new UnreachableException($"No way to take {reply}.");
        }
    }

    public async Task DeleteAsync(V1Pod pod, string obstacle, CancellationToken cancellationToken)
    {
        var name = pod.FullName;
        PodSnapshot? sent = null;
        Ask(pod, isDeletion: true);
        var reply = await AnswerAsync(
            () => requests.DeleteAsync(name, look(pod).LatestStart, () => (sent = look(pod)).GracePeriodThatFits, cancellationToken), (why, after) => new DeletionReply.Failed(why, after));
        switch (reply)
        {
            case DeletionReply.Accepted:
                Accept(name);
                progress.Deleted(name, obstacle, sent!.GracePeriodThatFits, IsCut(sent));
                break;
            case DeletionReply.Gone:
                Accept(name);
                break;
            case DeletionReply.Refused(var by, var why, var after):
                Deny(pod, by, why, after);
                break;
            case DeletionReply.Failed(var why, var after):
                Fail(pod, "delete", why, after, sent is null ? null : new(obstacle, sent.GracePeriodThatFits, IsCut(sent)));
                break;
            default:
                throw new UnreachableException($"No way to take {reply}.");
        }
    }

    // It is told in whole seconds, and timers fire a little late: less than a second is no loss.
    private static bool IsCut(PodSnapshot sent) => sent.GracePeriodThatFits + Second < sent.Grace;

    private static async Task<T> AnswerAsync<T>(Func<Task<T>> ask, Func<string, TimeSpan?, T> failed)
    {
        try
        {
            return await ask();
        }
        catch (ApiServerException unanswered)
        {
            return failed(unanswered.Message, unanswered.RetryAfter);
        }
    }

    private void Ask(V1Pod asked, bool isDeletion)
    {
        var pod = asked.FullName;
        if (requestStates[pod.Uid].Refusals > 0)
        {
            requests.SentAgain();
        }

        Put(pod, state => state with { Reply = PodReply.Pending, AskedAt = time.GetUtcNow(), WasDeletion = isDeletion, WasShortened = asked.IsTerminating });
        progress.Asked(pod);
    }

    private void Accept(PodName pod)
    {
        Put(pod, state => state with { Reply = PodReply.Accepted, AskedAt = time.GetUtcNow() });
        progress.Recovered("evict", "delete");
    }

    private void Deny(V1Pod pod, string by, string why, TimeSpan? retryAfter)
    {
        progress.Refused(pod.FullName, by, why);
        Put(pod.FullName, state => state with { Obstacle = $"the refusal of {by}" });
        ComeBack(pod, $"denied by {by}: {why}", retryAfter);
    }

    private void Fail(V1Pod pod, string what, string why, TimeSpan? retryAfter, LostRequest? lost)
    {
        progress.Trouble(what, pod.FullName, why);
        if (lost is not null)
        {
            progress.Unanswered(pod.FullName, lost);
        }

        Put(pod.FullName, state => state with { Obstacle = state.Obstacle ?? $"failed requests: {why}" });
        ComeBack(pod, $"could not {what} it: {why}", retryAfter);
    }

    private void ComeBack(V1Pod pod, string why, TimeSpan? retryAfter)
    {
        var (now, latest) = (time.GetUtcNow(), look(pod).LatestRetry);
        Put(pod.FullName, state => state with
        {
            Reply = PodReply.Refused,
            Why = why,
            Refusals = state.Refusals + 1,
            NextTry = now + (retryAfter is { } asked ? RequestPool.Limit(asked) : Backoff.After(state.Refusals + 1, random)) is var next && next < latest ? next : latest,
            NextTryIsTheServers = retryAfter is not null,
        });
    }

    private void Put(PodName pod, Func<PodRequestState, PodRequestState> change) => requestStates[pod.Uid] = change(requestStates[pod.Uid]);
}
