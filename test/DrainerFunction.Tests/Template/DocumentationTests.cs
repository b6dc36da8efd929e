using System.Text.RegularExpressions;
using DrainerFunction.DirectInvocations.Check;
using DrainerFunction.DirectInvocations.Check.Readiness;

namespace DrainerFunction;

/// <summary>The documentation says what the template and the function do.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] WithoutDefault = ["–", ""];

    public static TheoryData<string> Pages =>
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", .. Directory.EnumerateFiles(Path.Combine(Stack.Root, "docs"), "*.md").Select(page => $"docs/{Path.GetFileName(page)}").Order()];

    public static TheoryData<string, string, string> Settings =>
        [.. Row().Matches(Stack.Text("docs/settings.md")).Select(row => (row.Groups["variable"].Value, row.Groups["parameter"].Value, row.Groups["default"].Value))];

    [Fact]
    public void Every_variable_of_the_template_has_a_row() =>
        Assert.Empty(Stack.Of().Settings.Keys.Except(Settings.Select(row => row.Data.Item1)));

    [Fact]
    public void Every_parameter_is_described() =>
        Assert.All(Stack.Parameters.Keys, name => Assert.Contains($"`{name}`", Stack.Text("docs/settings.md"), StringComparison.Ordinal));

    [Theory, MemberData(nameof(Settings))]
    public void A_row_has_the_parameter_that_sets_its_variable_and_that_parameters_default(string variable, string parameter, string standard)
    {
        if (parameter is not "")
        {
            var declared = Stack.Parameters[parameter]["Default"].ToString();
            Assert.Equal(declared is "" ? "–" : declared, standard);
            Assert.Equal("marker", Stack.With((parameter, "marker")).Settings[variable]);
        }
        else
        {
            Assert.Contains(standard, WithoutDefault);
        }
    }

    [Fact]
    public void Every_name_that_is_understood_is_said_to_be_older_ones_included() =>
        Assert.All(KnownSettings.All, name => Assert.Contains($"`{name}`", Stack.Text("docs/settings.md"), StringComparison.Ordinal));

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_inside_the_repository_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Stack.Root, page))!;
        foreach (Match link in Link().Matches(Stack.Text(page)))
        {
            var (file, anchor) = (link.Groups["file"].Value, link.Groups["anchor"].Value);
            var target = file is "" ? Path.Combine(Stack.Root, page) : Path.Combine(folder, file);
            Assert.True(File.Exists(target), $"{page} links to {file}");
            Assert.True(anchor is "" || Heading().Matches(File.ReadAllText(target)).Any(heading => Anchor(heading.Groups[1].Value) == anchor), $"{page} links to {file}#{anchor}");
        }
    }

    [Fact]
    public void The_pages_say_what_does_something_and_not_somebody_or_we() =>
        Assert.All(Pages.Select(page => page.Data).Where(page => page is "README.md" || page.StartsWith("docs/", StringComparison.Ordinal)), page =>
            Assert.Empty(Person().Matches(Stack.Text(page)).Select(word => $"{page}: {word.Value}")));

    [Fact]
    public void The_scenarios_say_what_does_something_and_not_somebody_or_we() =>
        Assert.All(Directory.EnumerateFiles(Path.Combine(Stack.Root, "test/DrainerFunction.Sandbox/scenarios"), "*.yaml"), file =>
            Assert.Empty(Person().Matches(File.ReadAllText(file)).Select(word => $"{Path.GetFileName(file)}: {word.Value}")));

    [Fact]
    public void Every_point_of_a_check_has_its_row_with_its_severity()
    {
        var page = Stack.Text("docs/check.md");

        Assert.All(Enum.GetValues<CheckItem>(), item => Assert.Contains($"\n| `{item.Id}` | {item.Severity.ToString().ToLowerInvariant()} |", page, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<WorkloadRisk>(), harm => Assert.Contains($"\n| `{harm.Id}` | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_of_code_and_every_test_that_a_page_names_is_there()
    {
        var files = new[] { "src", "test", "bench" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Stack.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => file.Replace('\\', '/')).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).ToList();
        var named = Pages.Where(page => page.Data is not "CHANGELOG.md").SelectMany(page => CodeFile().Matches(Stack.Text(page.Data)).Select(name => (page.Data, name.Groups["name"].Value))).ToList();

        Assert.True(named.Count > 20, $"Only {named.Count} names were found.");
        Assert.All(named, one => Assert.Contains(files, file => file.EndsWith($"/{one.Value.Replace(".cs", "", StringComparison.Ordinal)}.cs", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_alarm_has_its_place_on_the_operators_page()
    {
        var page = Stack.Text("docs/operating.md");

        Assert.All(Stack.Of().OfType("AWS::CloudWatch::Alarm"), alarm =>
        {
            Assert.Contains($"`{alarm.Key}`", page, StringComparison.Ordinal);
            var link = Runbook().Match(alarm.Value["AlarmDescription"]!.ToString());
            Assert.Equal("docs/operating.md", link.Groups["page"].Value);
            Assert.Contains(link.Groups["anchor"].Value, Heading().Matches(page).Select(heading => Anchor(heading.Groups[1].Value)));
        });
    }

    [Fact]
    public void What_the_operators_commands_name_in_capitals_is_an_output_of_the_stack()
    {
        var outputs = ((YamlDotNet.RepresentationModel.YamlMappingNode)Stack.Document["Outputs"]).Children.Keys.Select(output => output.ToString().ToUpperInvariant()).ToList();
        var named = Command().Matches(Stack.Text("docs/operating.md")).SelectMany(command => InCapitals().Matches(command.Value)).Select(word => word.Value).Distinct().ToList();

        Assert.True(named.Count > 5, string.Join(' ', named));
        Assert.All(named, name => Assert.Contains(outputs, output => output.StartsWith(name.Replace("_", "", StringComparison.Ordinal), StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_rule_has_its_row_on_the_page_of_events() =>
        Assert.All(Stack.Of().OfType("AWS::Events::Rule").Keys, rule => Assert.Contains($"`{rule}`", Stack.Text("docs/events.md"), StringComparison.Ordinal));

    [Fact]
    public void The_readme_counts_alarms_and_queries_right()
    {
        string[] words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        var (alarms, queries) = (Stack.Of().OfType("AWS::CloudWatch::Alarm").Count, Stack.Of().OfType("AWS::Logs::QueryDefinition").Count);

        Assert.Contains($"{words[alarms]} alarms, one dashboard and {words[queries]} saved queries come with the stack", Stack.Text("README.md"), StringComparison.OrdinalIgnoreCase);
        var metrics = Stack.Of().OfType("AWS::CloudWatch::Alarm").Values.Sum(alarm => alarm["Metrics"] is System.Text.Json.Nodes.JsonArray several ? several.Count(one => one!["MetricStat"] is not null) : 1);
        Assert.Contains($"| {words[alarms]} alarms over {words[metrics]} metrics | ${metrics * 0.10m:0.00} |", Stack.Text("docs/cost.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_created_by_other_means_has_the_numbers_of_the_template_and_the_variables_that_it_fills_in()
    {
        var (stack, page) = (Stack.Of(), Stack.Text("docs/other-means.md"));
        var (function, queue, urgent, normal) = (stack.Properties("DrainerFunction"), stack.Properties("UrgentQueue"), stack.Properties("UrgentMapping"), stack.Properties("NormalMapping"));

        Assert.Contains($"{function["MemorySize"]} MB, timeout {function["Timeout"]} s", page, StringComparison.Ordinal);
        Assert.Contains($"visibility timeout {queue["VisibilityTimeout"]} s, redrive to the dead-letter queue after {queue["RedrivePolicy"]!["maxReceiveCount"]} receives", page, StringComparison.Ordinal);
        Assert.Contains($"Urgent: batch size {urgent["BatchSize"]}, batching window {urgent["MaximumBatchingWindowInSeconds"]} s, maximum concurrency {urgent["ScalingConfig"]!["MaximumConcurrency"]}.", page, StringComparison.Ordinal);
        Assert.Contains($"Normal: batch size {normal["BatchSize"]}, no window, maximum concurrency {normal["ScalingConfig"]!["MaximumConcurrency"]} ", page, StringComparison.Ordinal);
        Assert.All(stack.Settings.Where(setting => setting.Value.StartsWith("${", StringComparison.Ordinal)), setting => Assert.Contains($"`{setting.Key}`", page, StringComparison.Ordinal));
    }

    private static string Anchor(string heading) => NotInAnAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^\| `(?<variable>[A-Z_]+)` \| (`(?<parameter>\w+)`)? ?\| (?<default>[^|]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#\s]*)(#(?<anchor>[^)\s]+))?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    // Files, and test classes by their name alone. What lies in other repositories has no .cs.
    [GeneratedRegex(@"`(?<name>[\w./]+\.cs|[A-Z]\w+(Tests|Table))`", RegexOptions.ExplicitCapture)]
    private static partial Regex CodeFile();

    [GeneratedRegex(@"^#+ (.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@" Runbook: (?<page>\S+)#(?<anchor>[a-z-]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Runbook();

    [GeneratedRegex(@"\baws [^`\n]*")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<![.\w])[A-Z]+(_[A-Z]+)+\b")]
    private static partial Regex InCapitals();

    // Regions such as us-east-1 are not people.
    [GeneratedRegex(@"\b(nobody|no one|somebody|someone|anybody|anyone|everybody|everyone|whoever|we|our|ours|us(?!-)|he|him|his)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Person();

    [GeneratedRegex(@"[^a-z0-9_ -]")]
    private static partial Regex NotInAnAnchor();
}
