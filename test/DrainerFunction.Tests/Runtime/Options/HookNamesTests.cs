namespace DrainerFunction.Runtime.Options;

public sealed class HookNamesTests
{
    [Theory]
    [InlineData("drain", true)]
    [InlineData("Terminate-LC-Hook", false)]
    [InlineData("Launch-LC-Hook", false)]
    [InlineData("ecs-managed-draining-termination-hook", false)]
    [InlineData("my-ecs-managed-hook", true)]
    public void Without_a_setting_all_hooks_are_ours_but_those_of_EKS_and_ECS(string hook, bool ours)
    {
        Assert.Equal(ours, HookNames.Default.IsOurs(hook));
        Assert.False(HookNames.Default.IsNamed(hook));
    }

    [Theory]
    [InlineData("drain", "drain", true, true)]
    [InlineData("drain", "Drain", false, false)]
    [InlineData("drain", "drain-2", false, false)]
    [InlineData("drain-*", "drain-2", true, true)]
    [InlineData("drain-?", "drain-2", true, true)]
    [InlineData("drain-?", "drain-22", false, false)]
    [InlineData("*", "Terminate-LC-Hook", true, false)]
    [InlineData("!other", "drain", true, false)]
    [InlineData("!other", "other", false, false)]
    [InlineData("*,drain", "drain", true, true)]
    [InlineData("drain-*,!drain-old", "drain-old", false, false)]
    public void A_setting_names_those_that_are_ours(string setting, string hook, bool ours, bool named)
    {
        var hooks = HookNames.Of(setting.Split(','));

        Assert.Equal(ours, hooks.IsOurs(hook));
        Assert.Equal(named, hooks.IsNamed(hook));
    }

    [Fact]
    public void A_tag_is_compared_with_its_value_only_if_the_setting_has_one()
    {
        var tags = new Dictionary<string, string> { ["team"] = "a" };

        Assert.True(ManagedTag.Of("team").IsOn(tags));
        Assert.True(ManagedTag.Of("team=a").IsOn(tags));
        Assert.False(ManagedTag.Of("team=b").IsOn(tags));
        Assert.False(ManagedTag.Of("other").IsOn(tags));
    }
}
