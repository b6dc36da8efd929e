using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>The scenarios as a user plays them, at speed.</summary>
[Collection("processes")]
public sealed class ScenarioTests
{
    private const double Speed = 10;

    [Theory]
    [InlineData("spot")]
    [InlineData("scale-in")]
    public async Task The_built_program_ends_a_scenario_as_it_must(string name)
    {
        var scenario = ScenarioFiles.Load(name);
        // At speed a cold start counts tenfold: order and outcome are asserted, never a narrow time.
        scenario.Expect.Within = null;
        var (end, run) = await TheFunction.PlayAsync(scenario, Speed);
        Assert.True(end.IsGood, TheFunction.Explain(end, run));
    }
}
