using System.Collections.Frozen;
using System.Text.Json;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Cordoning;

/// <summary>What an annotation may say at all. Whatever is outside of it was not written by the function, sealed or not.</summary>
internal static class AnnotationParser
{
    private const int LongestText = 64 * 1024;
    private const int LongestName = 255;

    private static readonly FrozenSet<string> Taints = TaintKeys.AllMarks.ToFrozenSet(StringComparer.Ordinal);

    /// <returns>Null for what is outside of it.</returns>
    public static InterruptionAnnotation? Read(string text, DateTimeOffset now)
    {
        try
        {
            return text.Length <= LongestText && JsonSerializer.Deserialize(text, AnnotationJson.Default.InterruptionAnnotation) is { } read && IsValid(read, now) ? WithDeadlines(read) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsValid(InterruptionAnnotation read, DateTimeOffset now) =>
        AwsIdentifiers.IsInstanceId(read.InstanceId)
        && read.BootId is null or { Length: <= LongestName }
        && read.Chain.IsName && !read.Chain.IsOfFuture(now.After(PlausibleInstants.ClockSkew))
        && HasHappened(read.FirstSeen, now) && HasHappened(read.CordonedAt, now) && HasHappened(read.ChainAt, now)
        && IsClaim(read.Started, now) && IsClaim(read.Finished, now)
        && IsPlausible(read.Deadline, now) && IsPlausible(read.CompleteAt, now) && IsPlausible(read.Firm?.At, now)
        && AreKinds(read.Kinds)
        && AreKinds(read.ChainKinds)
        && AreKinds([.. read.Deadlines.Keys]) && read.Deadlines.Values.All(at => IsPlausible(at, now))
        && AreDistinct(read.Taints) && read.Taints.All(Taints.Contains)
        && AreDistinct(read.Labels) && read.Labels.All(label => label == CordonPatch.LoadBalancerLabel)
        && AreDistinct(read.Hooks) && read.Hooks.Count <= LifecycleHookName.MostOfAGroup && read.Hooks.All(hook => hook.IsValid);

    // Version 0.1 kept one bound for all kinds, and a second one beside a scheduled change.
    private static InterruptionAnnotation WithDeadlines(InterruptionAnnotation read) => read.Deadlines.Count > 0 ? read with { Firm = null } : read with
    {
        Deadlines = read.Kinds.ToDictionary(kind => kind, kind => kind is InterruptionKind.ScheduledChange ? read.Deadline : read.Firm?.At ?? read.Deadline),
        Firm = null,
    };

    // A launch leaves nothing on a node.
    private static bool AreKinds(IReadOnlyList<InterruptionKind> kinds) => AreDistinct(kinds) && !kinds.Contains(InterruptionKind.Launch);

    private static bool IsClaim(NoticeClaim? claim, DateTimeOffset now) => claim is null || (HasHappened(claim.At, now) && AwsIdentifiers.IsName(claim.By));

    private static bool HasHappened(DateTimeOffset? time, DateTimeOffset now) => IsPlausible(time, now) && (time is null || time <= now.After(PlausibleInstants.ClockSkew));

    private static bool IsPlausible(DateTimeOffset? time, DateTimeOffset now) => time is not { } at || PlausibleInstants.IsRemembered(at, now);

    private static bool AreDistinct<T>(IReadOnlyList<T?> items) => items.All(item => item is not null) && items.Distinct().Count() == items.Count;
}
