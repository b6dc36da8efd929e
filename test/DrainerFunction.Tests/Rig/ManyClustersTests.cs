using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>One slow or broken cluster never delays another: the scenario, with a clock that no machine can disturb.</summary>
public sealed class ManyClustersTests
{
    [Theory]
    [InlineData("unreachable")]
    [InlineData("right")]
    public void The_others_are_cordoned_as_soon_as_without_it(string endpoint)
    {
        var scenario = ScenarioFiles.Load("many-clusters");
        scenario.Clusters.Single(cluster => cluster.Name == "lost").Endpoint = endpoint;
        scenario.Expect.Logs.Clear();
        scenario.Mapping.BatchingWindow = TimeSpan.Zero;
        (scenario.Expect.CordonedWithin["shop-victim"], scenario.Expect.CordonedWithin["bank-victim"]) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200));
        using var run = new InProcessRun(scenario);

        var end = run.PlayToEnd();

        Assert.True(end.IsGood, $"{string.Join("; ", end.Unmet)} {string.Join("; ", end.Violations)}\n{run.Log}");
    }
}
