namespace DrainerFunction.Sandbox.Report;

/// <summary>The story in the sentence that one wants first: how long it took, what held it, and when the hook was released.</summary>
internal static class Headline
{
    public static string Of(NodeStory story) => string.Join(' ', ((string?[])[Outcome(story), Held(story), Bypassed(story), Hook(story), Notice(story)]).OfType<string>());

    private static string Outcome(NodeStory story) => story switch
    {
        { Last.Outcome: "Drained", LastPodGone: null } => "Drained: no pod had to move.",
        { Last.Outcome: "Drained" } => $"Drained in {Words.Span(story.Took)}.",
        { Last.Outcome: "DeadlineMissed" } when Left(story) is > 0 and var left => $"Not drained after {Words.Span(story.Took)}: {Words.Count(left, "pod")} left.",
        { Last.Outcome: "DeadlineMissed" } => $"Not drained after {Words.Span(story.Took)}.",
        { Last.Outcome: "Cordoned" } => $"Cordoned in {Words.Span(story.Took)}.",
        { Last.Outcome: "Launched" } => $"Ready after {Words.Span(story.Took)}.",
        _ => $"{Words.Sentence(Words.Of(story.Last.Outcome))}{(story.Last.Why.Length > 0 ? $": {story.Last.Why.TrimEnd('.')}" : "")}.",
    };

    private static int Left(NodeStory story) => story.Last.Remaining > 0 ? story.Last.Remaining : story.Pods.Count(pod => pod.Gone is null);

    private static string? Held(NodeStory story)
    {
        var held = story.Pods.Where(pod => pod.Held(story.End) is not null).OrderByDescending(pod => pod.Held(story.End)).ToList();
        return held is not [var longest, ..] ? null
            : $"Held {Words.Span(longest.Held(story.End)!.Value)} by {Words.Holder(longest.HeldBy!)} ({longest.Name.Split('/')[^1]}{(held.Count > 1 ? $" and {Words.Count(held.Count - 1, "other pod")}" : "")}).";
    }

    private static string? Bypassed(NodeStory story) =>
        story.BypassedBudgets is { Count: > 0 } budgets ? $"Bypassed {string.Join(", ", budgets)}: the machine went at that time." : null;

    private static string? Hook(NodeStory story) => (story.Completed, story.LastPodGone) switch
    {
        ({ } completed, { } gone) when completed >= gone => $"Hook released {Words.Span(completed - gone)} after the last pod.",
        ({ } completed, _) => $"Hook released after {Words.Span(completed - story.Begin)}.",
        _ when story.Last.HookReply is "leave" => "Hook left to its own timeout.",
        _ => null,
    };

    private static string? Notice(NodeStory story) => story is { Completed: null, IsGood: true, LastPodGone: not null, NoticeLeft: { } left } && left > TimeSpan.Zero && story.DeadlineKind is not "soft"
        ? $"{Words.Span(left)} of notice left."
        : null;
}
