namespace DrainerFunction.Planning;

/// <summary>What has been asked about the pods of a node and what was answered, by UID. Only this invocation's: a new one learns anew.</summary>
internal sealed class PodRequestStates
{
    private readonly Dictionary<string, PodRequestState> _states = new(StringComparer.Ordinal);

    public PodRequestState this[string uid]
    {
        get => _states.GetValueOrDefault(uid, PodRequestState.Unasked);
        set => _states[uid] = value;
    }
}

internal sealed record PodRequestState
{
    public static readonly PodRequestState Unasked = new();

    public PodReply Reply { get; init; } = PodReply.None;

    /// <summary>When the last request about this pod was sent, or taken.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>Whether the last request was a delete.</summary>
    public bool WasDeletion { get; init; }

    /// <summary>The disruption budget that has refused its eviction; it stays known whatever is answered later.</summary>
    public string? RefusingBudget { get; init; }

    /// <summary>What has kept it last: a budget's name, or what else refused or failed, in words; it stays known whatever is answered later.</summary>
    public string? Obstacle { get; init; }

    /// <summary>It was terminating when it was asked for, with more time than its machine has: once is enough.</summary>
    public bool WasShortened { get; init; }

    /// <summary>When its grace was seen to become shorter while it was terminating, whatever shortened it.</summary>
    public DateTimeOffset? ShortenedAt { get; init; }

    /// <summary>Its namespace takes no eviction any more; a delete it takes.</summary>
    public bool NamespaceEnds { get; init; }

    /// <summary>What refused last, and why, in one line.</summary>
    public string Why { get; init; } = "";

    /// <summary>Not before this time is it asked for again.</summary>
    public DateTimeOffset NextTry { get; init; }

    /// <summary>The server named <see cref="NextTry"/> itself: nothing makes it sooner.</summary>
    public bool NextTryIsTheServers { get; init; }

    public int Refusals { get; init; }
}

internal enum PodReply
{
    /// <summary>Not asked yet, or the request never counted.</summary>
    None,

    /// <summary>Asked; no answer yet.</summary>
    Pending,

    /// <summary>The API server took it, or knows this pod no more; the watch will show it.</summary>
    Accepted,

    /// <summary>Not now: come back at <see cref="PodRequestState.NextTry"/>.</summary>
    Refused,
}
