using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>Every scenario of the sandbox, played in this process. What needs sockets or a process of its own is played there only.</summary>
public sealed class ScenarioTests
{
    /// <summary>By name, with what this rig has not.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["wrong-certificate"] = "certificates",
        ["freeze"] = "a process that is frozen",
    };

    public static TheoryData<string> Playable => [.. ScenarioFiles.Names.Where(name => !Elsewhere.ContainsKey(name))];

    [Fact]
    public void Those_that_are_played_elsewhere_are_still_there() => Assert.Superset(Elsewhere.Keys.ToHashSet(), ScenarioFiles.Names.ToHashSet());

    [Theory]
    [MemberData(nameof(Playable))]
    public void It_ends_as_it_must(string name)
    {
        using var run = new InProcessRun(ScenarioFiles.Load(name));

        var end = run.PlayToEnd();

        Assert.True(end.IsGood, $"unmet [{string.Join("; ", end.Unmet)}] violations [{string.Join("; ", end.Violations)}]\n{run.Log}\n{run.History}");
    }
}
