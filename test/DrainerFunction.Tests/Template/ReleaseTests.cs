using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DrainerFunction.Runtime;

namespace DrainerFunction;

/// <summary>One version everywhere, and a release that is made as the page says.</summary>
public sealed partial class ReleaseTests
{
    [Fact]
    public void The_version_is_the_same_in_build_template_module_and_changelog()
    {
        Assert.Contains($"<Version>{FunctionVersion.Text}</Version>", Stack.Text("Directory.Build.props"), StringComparison.Ordinal);
        Assert.Equal(FunctionVersion.Text, Stack.Document["Outputs"]["Version"]["Value"].ToString());
        Assert.Contains($"value       = \"{FunctionVersion.Text}\"", Stack.Text("deploy/terraform/outputs.tf"), StringComparison.Ordinal);
        Assert.Equal(FunctionVersion.Text, NewestSection().Match(Stack.Text("CHANGELOG.md")).Groups["version"].Value);
    }

    [Fact]
    public void Every_way_to_deploy_that_comes_along_begins_with_a_dry_run()
    {
        var overrides = Overrides().Matches(Stack.Text("samconfig.toml")).Select(line => line.Value).ToList();
        var examples = Directory.EnumerateFiles(Path.Combine(Stack.Root, "deploy/terraform/examples"), "main.tf", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();

        Assert.True(overrides.Count >= 2, "samconfig.toml has no parameters.");
        Assert.All(overrides, line => Assert.Contains("DryRun=true", line, StringComparison.Ordinal));
        Assert.True(examples.Count >= 3, "There are no examples.");
        Assert.All(examples, example => Assert.Matches(DryRun(), example));
        Assert.Contains("`DRY_RUN=true`", Stack.Text("docs/other-means.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bill_of_materials_has_no_serial_number_and_the_time_of_the_commit()
    {
        var script = Stack.Text("deploy/release.sh");

        Assert.Contains("--no-serial-number", script, StringComparison.Ordinal);
        Assert.Contains("git log -1 --format=%ct", script, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(Stack.Text(".config/dotnet-tools.json"))!["tools"]!["cyclonedx"]!["version"]);
    }

    // What the script replaces in the template is there to be replaced: else a release would deploy the folder it lies in.
    [Fact]
    public void The_template_has_what_a_release_replaces_in_it()
    {
        var template = Stack.Text("template.yaml");

        Assert.Single(Regex.Matches(template, @"^      CodeUri: \.$", RegexOptions.Multiline));
        Assert.Single(Regex.Matches(template, "^      BuildMethod: makefile$", RegexOptions.Multiline));
        Assert.Single(Regex.Matches(template, "^  Architecture:$", RegexOptions.Multiline));
    }

    [Fact]
    public void Every_block_of_commands_for_rolling_out_says_whether_it_was_tried()
    {
        var blocks = Block().Matches(Stack.Text("docs/rollout.md")).Select(block => block.Groups["first"].Value).ToList();

        Assert.True(blocks.Count > 5, $"Only {blocks.Count} blocks were found.");
        Assert.All(blocks, first => Assert.Matches("^# (tried|not run here: .+)$", first));
        Assert.Contains("docs/rollout.md", Stack.Text("test/real-clients/run.sh"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^## (?<version>[\d.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NewestSection();

    [GeneratedRegex("^parameter_overrides = .*$", RegexOptions.Multiline)]
    private static partial Regex Overrides();

    [GeneratedRegex(@"^\s+dry_run\s+= true\b", RegexOptions.Multiline)]
    private static partial Regex DryRun();

    [GeneratedRegex("^```sh\n(?<first>[^\n]*)\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
