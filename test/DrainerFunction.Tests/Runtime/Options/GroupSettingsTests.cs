namespace DrainerFunction.Runtime.Options;

/// <summary>What a tag of a group can set, and what it cannot.</summary>
public sealed class GroupSettingsTests
{
    private static readonly DrainerOptions Stack = new() { DryRun = true, MaxDrainDuration = TimeSpan.FromMinutes(30) };

    public static TheoryData<string> Names => [.. GroupSettings.Names];

    [Fact]
    public void The_closed_list_is_what_is_read_for_a_group()
    {
        var asked = new EnvironmentVariables(new Dictionary<string, string>());
        OptionsFromEnvironment.PerGroup(new(asked), new());

        Assert.Equal(asked.Asked.Except(["HEARTBEAT_UNTIL"]).Order(), GroupSettings.Names.Order());
        Assert.Subset(DrainerOptions.Variables.ToHashSet(), GroupSettings.Names.ToHashSet());
    }

    [Fact]
    public void A_tag_outranks_the_stack_and_what_has_no_tag_is_the_stacks()
    {
        var settings = Of(("node-drainer/DRY_RUN", "false"), ("node-drainer/ACTION_LAUNCH", "ignore"), ("node-drainer/FORCE_BEFORE_DEADLINE", "False"), ("node-drainer/max_drain_duration", "120"));

        Assert.False(settings.Options.DryRun);
        Assert.False(settings.Options.ForceBeforeDeadline);
        Assert.Equal(InterruptionAction.Ignore, settings.Options.ActionLaunch);
        Assert.Equal(TimeSpan.FromMinutes(2), settings.Options.MaxDrainDuration);
        Assert.Equal(Stack.ActionTermination, settings.Options.ActionTermination);
        Assert.Contains(new GroupSetting("DRY_RUN", "false", "tag node-drainer/DRY_RUN"), settings.FromTags);
        Assert.Contains(new GroupSetting("ACTION_TERMINATION", "drain", "stack"), settings.Everything());
        Assert.Contains(new GroupSetting("MAX_DRAIN_DURATION", "120", "tag node-drainer/max_drain_duration"), settings.Everything());
    }

    // EC2 gives the tags of an instance in any order.
    [Theory]
    [InlineData("node-drainer/DRY_RUN", "node-drainer/dry_run")]
    [InlineData("node-drainer/dry_run", "node-drainer/DRY_RUN")]
    public void Of_two_tags_that_differ_in_letter_case_alone_the_one_in_capitals_counts_whichever_comes_first(string first, string second) =>
        Assert.Equal("tag node-drainer/DRY_RUN", Of((first, "false"), (second, "false")).FromTags.Single().From);

    [Theory, MemberData(nameof(Names))]
    public void What_a_tag_may_not_say_is_told_and_the_stacks_setting_holds(string name)
    {
        var settings = Of(($"node-drainer/{name}", "perhaps"));

        Assert.Equal((Stack.DryRun, Stack.MaxDrainDuration, Stack.ForceBeforeDeadline), (settings.Options.DryRun, settings.Options.MaxDrainDuration, settings.Options.ForceBeforeDeadline));
        Assert.Empty(settings.FromTags);
        Assert.StartsWith($"node-drainer/{name} is 'perhaps'; allowed is ", Assert.Single(settings.Problems), StringComparison.Ordinal);
        Assert.All(settings.Everything(), setting => Assert.Equal("stack", setting.From));
    }

    [Theory]
    [InlineData("node-drainer/ON_TIMEOUT", "abandon", true)]
    [InlineData("node-drainer/ROLE_ID", "AROAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("node-drainer/managed", "true", false)]
    [InlineData("team", "platform", false)]
    [InlineData("node-drainer/DRY_RUN", "", false)]
    public void A_tag_sets_nothing_beyond_the_list(string key, string value, bool isTold)
    {
        var settings = Of((key, value));

        Assert.Equal(Stack.OnTimeout, settings.Options.OnTimeout);
        Assert.Null(settings.Options.RoleId);
        Assert.Equal(isTold ? 1 : 0, settings.Problems.Count);
    }

    private static GroupSettings Of(params (string Key, string Value)[] tags) => GroupSettings.Of(Stack, tags.ToDictionary(tag => tag.Key, tag => tag.Value));
}
