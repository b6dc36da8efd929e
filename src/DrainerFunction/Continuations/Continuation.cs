using System.Globalization;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime;

namespace DrainerFunction.Continuations;

/// <summary>What a message that the function sent on to itself remembers, as SQS message attributes. SQS allows ten, and these are ten.</summary>
internal sealed record Continuation
{
    private const int LongestWhy = 256;
    private const int MostAttempts = 1_000_000;

    /// <summary>A message that names more is split.</summary>
    public const int MostInstances = 50;

    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Names this chain of messages; the node's annotation holds the newest chain of its instance.</summary>
    public required Chain Chain { get; init; }

    public required int Attempt { get; init; }

    /// <summary>When the hook of a node that is drained already is to be completed (COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS).</summary>
    public DateTimeOffset? CompleteAt { get; init; }

    /// <summary>When the timeout of the message's own lifecycle hook last began to run: a heartbeat is due half of it later.</summary>
    public DateTimeOffset? BeatAt { get; init; }

    /// <summary>How long that hook waits; null while it is not known.</summary>
    public HookTimes? HookTimes { get; init; }

    /// <summary>The hooks besides the message's own that its work keeps waiting: the node remembers them, and their chains have ended.</summary>
    public IReadOnlyList<RememberedHook> Hooks { get; init; } = [];

    /// <summary>When the machine was first seen to be going, or to run on past its end; null while it is not.</summary>
    public DateTimeOffset? GoingSince { get; init; }

    /// <summary>The node that the work was begun on, after AWS had confirmed it; null while there is none.</summary>
    public NodeReference? Node { get; init; }

    /// <summary>Why the work was sent on, for the operator; one line, shortened where it is long.</summary>
    public string Why { get; init => field = OneLine(value); } = "";

    /// <summary>The instances of whose interruption AWS has said that it is true; a later look may only correct that.</summary>
    public IReadOnlyList<string> Confirmed { get; init; } = [];

    /// <summary>Whether a message carries anything that a continuation would.</summary>
    public static bool IsIn(IReadOnlyDictionary<string, string> attributes) => attributes.Keys.Any(name => name.StartsWith("drainer-", StringComparison.Ordinal));

    /// <summary>Null for a message that is no continuation and for values that the function would never have written.</summary>
    /// <param name="now">What is remembered is held against it.</param>
    public static Continuation? Read(IReadOnlyDictionary<string, string> attributes, DateTimeOffset now)
    {
        var (completes, completeAt) = (attributes.GetValueOrDefault("drainer-complete-at"), Time(attributes.GetValueOrDefault("drainer-complete-at"), now));
        var beatAt = (attributes.GetValueOrDefault("drainer-beat-at") ?? "").Split(' ', 2);
        var confirmed = (attributes.GetValueOrDefault("drainer-confirmed") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return Time(attributes.GetValueOrDefault("drainer-first-seen"), now) is { } firstSeen
            && Continuations.Chain.Read(attributes.GetValueOrDefault("drainer-chain")) is { } chain
            && int.TryParse(attributes.GetValueOrDefault("drainer-attempt"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            && attempt is >= 1 and <= MostAttempts
            && (completes is null || completeAt is not null)
            && confirmed.Length <= MostInstances && confirmed.All(AwsIdentifiers.IsInstanceId)
            && RememberedHook.ReadAll(attributes.GetValueOrDefault("drainer-hooks"), now) is { } hooks
                ? new()
                {
                    FirstSeen = firstSeen,
                    Chain = chain,
                    Attempt = attempt,
                    CompleteAt = completeAt,
                    BeatAt = Time(beatAt[0], now),
                    HookTimes = Continuations.HookTimes.Read(beatAt.ElementAtOrDefault(1), now),
                    Hooks = hooks,
                    GoingSince = Time(attributes.GetValueOrDefault("drainer-going-since"), now),
                    Confirmed = confirmed,
                    Node = NodeReference.Read(attributes.GetValueOrDefault("drainer-node")),
                    Why = attributes.GetValueOrDefault("drainer-why", ""),
                }
                : null;
    }

    /// <summary>SQS refuses empty values, so what is not there is left out.</summary>
    public IReadOnlyDictionary<string, string> Write()
    {
        (string Name, string? Value)[] attributes =
        [
            ("drainer-first-seen", Text(FirstSeen)),
            ("drainer-chain", Chain.Name),
            ("drainer-attempt", Attempt.ToString(CultureInfo.InvariantCulture)),
            ("drainer-complete-at", Text(CompleteAt)),
            ("drainer-beat-at", BeatAt is null ? null : $"{Text(BeatAt)} {HookTimes}".TrimEnd()),
            ("drainer-hooks", Hooks is [] ? null : RememberedHook.Write(Hooks)),
            ("drainer-going-since", Text(GoingSince)),
            ("drainer-confirmed", string.Join(',', Confirmed.Take(MostInstances))),
            ("drainer-node", Node?.ToString()),
            ("drainer-why", Why),
        ];
        return attributes.Where(attribute => !string.IsNullOrEmpty(attribute.Value)).ToDictionary(attribute => attribute.Name, attribute => attribute.Value!);
    }

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(string? text, DateTimeOffset now) =>
        Instant(text) is { } time && PlausibleInstants.IsRemembered(time, now) ? time : null;

    private static DateTimeOffset? Instant(string? text) =>
        DateTime.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time.Kind is DateTimeKind.Utc
            ? new DateTimeOffset(time)
            : null;

    // SQS refuses control characters and lone surrogates in a value.
    private static string OneLine(string text)
    {
        var clean = string.Concat(text.EnumerateRunes().Select(rune =>
            System.Text.Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? " " : rune.ToString()));
        return clean.Length <= LongestWhy ? clean : clean[..(char.IsHighSurrogate(clean[LongestWhy - 1]) ? LongestWhy - 1 : LongestWhy)];
    }
}
