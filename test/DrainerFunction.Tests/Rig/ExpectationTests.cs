using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>What a story's course is held against can fail: a true story told with one expectation wrong.</summary>
public sealed class ExpectationTests
{
    [Fact]
    public void Invocations_that_did_not_run_at_once_are_missed() =>
        Assert.Contains("2 invocations ran at once, not 3", Unmet("two-environments", expect => expect.AtOnce = 3));

    [Fact]
    public void Another_number_of_evictions_is_named() =>
        Assert.Contains("4 pods of web were evicted, not 3", Unmet("two-environments", expect => expect.Evictions["web"] = 3));

    [Fact]
    public void A_cordon_that_came_late_is_named() =>
        Assert.StartsWith("the node of victim was cordoned after", Assert.Single(Unmet("late-pod", expect => expect.CordonedWithin["victim"] = TimeSpan.FromMilliseconds(1))), StringComparison.Ordinal);

    [Fact]
    public void The_wrong_order_is_named() =>
        Assert.Contains("evicted late came before the last of gone web", Unmet("late-pod", expect => expect.Order.Add(new() { First = "gone web", Then = "evicted late" })));

    [Fact]
    public void An_order_of_what_never_happened_does_not_hold() =>
        Assert.Contains("never: cordoned refuge", Unmet("late-pod", expect => expect.Order.Add(new() { First = "landed late", Then = "cordoned refuge" })));

    [Fact]
    public void Lines_of_the_log_are_counted() =>
        Assert.Contains("1 lines of the log say 'tolerates the cordon and was created after it', not 2", Unmet("tolerating", expect => expect.TimesInLogs["tolerates the cordon and was created after it"] = 2));

    [Fact]
    public void Conflicts_and_taints_that_are_missing_are_named()
    {
        var unmet = Unmet("conflict", expect => (expect.Conflicts, expect.Taints["refuge"]) = (3, ["example.com/other-writer"]));

        Assert.Contains("2 patches of a node met another writer's, not 3", unmet);
        Assert.Contains("the node of refuge has no taint example.com/other-writer", unmet);
    }

    private static IReadOnlyList<string> Unmet(string name, Action<ExpectPart> wrongly)
    {
        var scenario = ScenarioFiles.Load(name);
        scenario.Limit = TimeSpan.FromSeconds(90);
        wrongly(scenario.Expect);
        using var run = new InProcessRun(scenario);
        return [.. run.PlayToEnd().Unmet.Where(sentence => !sentence.StartsWith("it had not ended", StringComparison.Ordinal))];
    }
}
