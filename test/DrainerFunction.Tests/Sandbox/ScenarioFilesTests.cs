using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.Sandbox;

public sealed class ScenarioFilesTests
{
    private const string Least = "name: x\nclusters: [{ name: shop }]\ninstances: [{ name: a, cluster: shop }]\n";

    [Fact]
    public void Every_built_in_scenario_can_be_read_and_is_named_as_its_file()
    {
        Assert.Contains("spot", ScenarioFiles.Names);
        Assert.Contains("scale-in", ScenarioFiles.Names);
        Assert.All(ScenarioFiles.Names, name => Assert.Equal(name, ScenarioFiles.Load(name).Name));
    }

    [Theory]
    [InlineData("speeed: 3", "line 4", "speeed")]
    [InlineData("limit: soon", "line 4", "30s")]
    [InlineData("events: [{ at: 1s }]", "event 1 says nothing")]
    [InlineData("events: [{ at: 1s, spot: a, stop: a }]", "event 1 says Spot and Stop")]
    [InlineData("events: [{ at: 1s, spot: b }]", "'b'", "allowed: a")]
    [InlineData("expect: { nodes: { a: empty } }", "'empty'", "drained")]
    [InlineData("workloads: [{ name: web, kind: replicaset }]", "'replicaset'", "deployment")]
    [InlineData("workloads: [{ name: web, cluster: bank }]", "'bank'", "Clusters: shop")]
    [InlineData("workloads: [{ name: web }, { name: web }]", "two of workload 'web'")]
    [InlineData("budgets: [{ name: b, of: web }]", "'of' of budget b")]
    public void A_mistake_is_named_with_its_place_and_what_would_be_right(string line, params string[] said)
    {
        var wrong = Assert.Throws<ScenarioException>(() => ScenarioFiles.Parse(Least + line + "\n", "mine.yaml"));
        Assert.StartsWith("mine.yaml", wrong.Message, StringComparison.Ordinal);
        Assert.All(said, part => Assert.Contains(part, wrong.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_is_no_scenario_and_no_file_is_answered_with_the_list() =>
        Assert.Contains("scale-in", Assert.Throws<ScenarioException>(() => ScenarioFiles.Load("nonesuch")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("2m", 120)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5s", 1.5)]
    public void Durations_are_written_as_people_write_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));
}
