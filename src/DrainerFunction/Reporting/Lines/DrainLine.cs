using System.Text.Json;
using DrainerFunction.Draining;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Reporting.Lines;

/// <summary>The part of an interruption's line that tells of its pods.</summary>
internal static class DrainLine
{
    /// <summary>Of more pods only the slowest are named; the totals count them all.</summary>
    private const int MostPods = 50;

    // An interruption that came to no drain has them all, as null.
    private static readonly string[] Fields =
    [
        "podsWereListed", "podTotals", "drainRequests", "heldBy", "bypassedBudgets", "volumesWaitedMs", "volumesStillAttached", "trouble", "pods", "podsNotNamed",
    ];

    public static void Write(Utf8JsonWriter json, DrainReport? drain)
    {
        if (drain is null)
        {
            foreach (var field in Fields)
            {
                json.WriteNull(field);
            }

            return;
        }

        Totals(json, drain);
        Waits(json, drain);
        var concerned = drain.Pods.Where(pod => pod.Disposition is not Disposition.Leave || pod.AskedAt is not null || pod.IsStuck).ToList();
        json.WriteObjects("pods", concerned.OrderByDescending(pod => Slowness(pod, drain)).Take(MostPods), pod => Pod(json, pod));
        json.WriteNumber("podsNotNamed", Math.Max(0, concerned.Count - MostPods));
    }

    private static void Totals(Utf8JsonWriter json, DrainReport drain)
    {
        json.WriteBoolean("podsWereListed", drain.PodsWereListed);
        json.WriteStartObject("podTotals");
        json.WriteNumber("seen", drain.Pods.Count);
        json.WriteNumber("evicted", drain.Evicted.Count());
        json.WriteNumber("deletedPastBudget", drain.Deleted.Count());
        json.WriteNumber("graceCut", drain.GraceCut.Count());
        json.WriteNumber("gone", drain.Pods.Count(pod => pod.GoneAt is not null));
        json.WriteNumber("leftAlone", drain.Left.Count());
        json.WriteNumber("remaining", drain.Remaining.Count());
        json.WriteNumber("stuck", drain.Stuck.Count());
        json.WriteEndObject();
        json.WriteNumber("drainRequests", drain.RequestsSent);
    }

    private static void Waits(Utf8JsonWriter json, DrainReport drain)
    {
        var holders = drain.Pods.Where(pod => pod.HeldBy is not null).GroupBy(pod => Full(pod, pod.HeldBy)).OrderByDescending(pods => pods.Count());
        json.WriteObjects("heldBy", holders, holder =>
        {
            json.WriteString("by", holder.Key);
            json.WriteNumber("pods", holder.Count());
        });
        json.WriteStrings("bypassedBudgets", drain.BypassedObstacles);
        json.WriteMilliseconds("volumesWaitedMs", drain.VolumesWaited);
        json.WriteNumber("volumesStillAttached", drain.VolumesStillAttached);
        json.WriteString("trouble", drain.Trouble is { } trouble ? Redaction.Clean(trouble) : null);
    }

    private static void Pod(Utf8JsonWriter json, PodReport pod)
    {
        json.WriteString("name", pod.Name.ToString());
        json.WriteInstant("asked", pod.AskedAt);
        json.WriteNumber("requests", pod.Requests);
        json.WriteString("heldBy", Full(pod, pod.HeldBy));
        json.WriteInstant("accepted", pod.AcceptedAt);
        json.WriteInstant("terminating", pod.TerminatingAt);
        json.WriteInstant("gone", pod.GoneAt);
        json.WriteString("bypassedBudget", Full(pod, pod.BypassedObstacle));
        json.WriteBoolean("graceCut", pod.GraceWasCut);
        json.WriteBoolean("stuck", pod.IsStuck);
        json.WriteString("waitsFor", pod is { GoneAt: null, Disposition: Disposition.Await wait } ? Redaction.Clean(wait.Why) : null);
    }

    // A budget is in its pod's namespace. What is no name is a webhook with its words, and stays as it is.
    private static string? Full(PodReport pod, string? holder) => holder is null ? null
        : holder.AsSpan().ContainsAny(" :/") ? Redaction.Clean(holder)
        : $"{pod.Name.Namespace}/{holder}";

    // A pod that is still there has taken the longest of all.
    private static TimeSpan Slowness(PodReport pod, DrainReport drain) =>
        pod.GoneAt is { } gone ? gone - (pod.AskedAt ?? pod.TerminatingAt ?? drain.StartedAt) : TimeSpan.MaxValue;
}
