
namespace DrainerFunction.Rig;

/// <summary>The metric CallsThrottled: what the world refused, whether the story ended well or not.</summary>
public sealed class ThrottledCallsTests
{
    private const string Story = """
        name: throttled
        limit: 30m
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 300s }] }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        expect: { nodes: { victim: drained }, hooks: { victim: continued } }
        """;

    [Theory]
    [InlineData("{ kind: throttle, operation: CompleteLifecycleAction, times: 3 }", 3)]
    [InlineData("{ kind: throttle, likelihood: 0.5, for: 60s }", null)]
    [InlineData("{ kind: unavailable, operation: CompleteLifecycleAction, times: 3 }", 0)]
    public void It_counts_every_answer_that_asked_for_fewer_calls(string fault, int? count)
    {
        using var run = Rehearsal.PlayedWell($"{Story}\nevents: [{{ at: 0s, fault: {fault} }}, {{ at: 1s, scale-in: victim }}]");

        var told = run.Lines.Where(line => line["event"]?.ToString() == "batch").Sum(line => (int)line["CallsThrottled"]!);
        Assert.Equal(run.World.Tape.Happenings.Count(happening => happening is { Area: "fault", What: "Throttle" }), told);
        Assert.Equal(count ?? told, told);
        Assert.True(count is not null || told > 5, $"{told}");
    }
}
