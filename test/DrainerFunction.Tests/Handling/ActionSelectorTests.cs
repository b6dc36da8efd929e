using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

public sealed class ActionSelectorTests
{
    [Fact]
    public void Every_kind_has_the_action_of_its_own_setting() => Assert.All(Enum.GetValues<InterruptionKind>().Where(kind => kind is not InterruptionKind.DrainRequest), kind =>
    {
        var variable = "ACTION" + string.Concat(kind.ToString().Select(letter => char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
        var options = DrainerOptions.From(new Dictionary<string, string> { [variable] = "ignore" });

        Assert.Equal([kind], Enum.GetValues<InterruptionKind>().Where(other => options.ActionFor(other) is InterruptionAction.Ignore));
    });

    [Fact]
    public void Cordon_only_turns_every_drain_into_a_cordon_and_nothing_else()
    {
        var options = new DrainerOptions { CordonOnly = true, ActionStateChange = InterruptionAction.Ignore };

        Assert.Equal(InterruptionAction.Cordon, options.ActionFor(InterruptionKind.SpotReclaim));
        Assert.Equal(InterruptionAction.Cordon, options.ActionFor(InterruptionKind.Termination));
        Assert.Equal(InterruptionAction.Ignore, options.ActionFor(InterruptionKind.StateChange));
        Assert.Equal(InterruptionAction.Auto, options.ActionFor(InterruptionKind.RebalanceRecommendation));
        Assert.Equal(InterruptionAction.Complete, options.ActionFor(InterruptionKind.Launch));
        Assert.Equal(InterruptionAction.Cordon, options.ActionFor(InterruptionKind.DrainRequest));
    }

    [Fact]
    public void A_drain_by_hand_has_no_setting_that_ignores_it() =>
        Assert.Equal(InterruptionAction.Drain, new DrainerOptions().ActionFor(InterruptionKind.DrainRequest));
}
