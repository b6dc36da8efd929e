namespace DrainerFunction.Sandbox.Report;

/// <summary>How long each part of a story took; a part that did not happen is not there.</summary>
internal static class Phases
{
    public static IReadOnlyList<(string Name, string Class, TimeSpan Took)> Of(NodeStory story)
    {
        (string Name, string Class, DateTimeOffset? At)[] ends =
        [
            ("in the queue", "p0", story.Told[0].Received), ("finding the node", "p1", story.Resolved), ("cordon", "p2", story.Cordoned),
            ("until every eviction was accepted", "p3", story.LastEvictionAccepted), ("until the last pod was gone", "p4", story.LastPodGone), ("until the hook was answered", "p5", story.Completed),
        ];
        var phases = new List<(string, string, TimeSpan)>();
        var before = story.Begin;
        foreach (var (name, css, at) in ends)
        {
            if (at is { } reached && reached >= before)
            {
                phases.Add((name, css, reached - before));
                before = reached;
            }
        }

        return phases;
    }
}
