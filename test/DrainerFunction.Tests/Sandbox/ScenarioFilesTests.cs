using System.Text.RegularExpressions;
using DrainerFunction.Sandbox;
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

    [Fact]
    public void Every_field_of_a_scenario_stands_in_the_page_about_them()
    {
        var page = Reporting.Documents.Read("docs/sandbox.md");
        var fields = typeof(Scenario).Assembly.GetTypes().Where(type => type == typeof(Scenario) || (type.Namespace == typeof(Scenario).Namespace && type.Name.EndsWith("Part", StringComparison.Ordinal)))
            .SelectMany(part => part.GetProperties().Where(field => field.CanWrite).Select(field => Regex.Replace(field.Name, "(?<=.)(?=[A-Z])", "-").ToLowerInvariant()));

        Assert.All(fields.Distinct(), field => Assert.Matches($@"(?<![\w-]){field}(?![\w-])", page));
    }

    [Theory]
    [InlineData("speeed: 3", "line 4", "speeed", "Did you mean 'speed'?")]
    [InlineData("workloads: [{ name: web, replcas: 2 }]", "line 4", "Did you mean 'replicas'?")]
    [InlineData("limit: soon", "line 4", "30s")]
    [InlineData("events: [{ at: 1s }]", "event 1 says nothing")]
    [InlineData("events: [{ at: 1s, spot: a, stop: a }]", "event 1 says Spot and Stop")]
    [InlineData("events: [{ at: 1s, spot: b }]", "'b'", "allowed: a")]
    [InlineData("expect: { nodes: { a: empty } }", "'empty'", "drained")]
    [InlineData("workloads: [{ name: web, kind: replicaset }]", "'replicaset'", "deployment")]
    [InlineData("workloads: [{ name: web, cluster: bank }]", "'bank'", "Clusters: shop")]
    [InlineData("workloads: [{ name: web }, { name: web }]", "two of workload 'web'")]
    [InlineData("budgets: [{ name: b, of: web }]", "'of' of budget b")]
    [InlineData("events: [{ at: 1s, spot: 'a-{1..2}' }]", "'a-1'", "allowed: a")]
    [InlineData("events: [{ at: 1s, pod: { name: late } }]", "instance of event 1")]
    [InlineData("expect: { order: [{ first: drained a, then: cordoned a }] }", "'drained a'", "landed")]
    [InlineData("expect: { evictions: { web: 1 } }", "workload in 'expect'")]
    [InlineData("events: [{ at: 1s, fault: { kind: throttle, service: kubernetes } }]", "'throttle'", "too-many-requests")]
    [InlineData("events: [{ at: 1s, fault: { kind: stalled-body } }]", "'stalled-body'", "only the service 'kubernetes'")]
    [InlineData("events: [{ at: 1s, fault: { kind: throttle, service: rds } }]", "'rds'", "autoscaling")]
    [InlineData("events: [{ at: 1s, message: { queue: Queue, body: x } }]", "'Queue'", "NormalQueue")]
    [InlineData("events: [{ at: 1s, message: { times: 2 } }]", "a body or a file")]
    [InlineData("events: [{ at: 1s, message: { file: /nonesuch } }]", "/nonesuch", "not there")]
    [InlineData("events: [{ at: 1s, message: { body: '{instance:b}' } }]", "'b'", "allowed: a")]
    [InlineData("events: [{ at: 1s, invoke: '{instance:b}' }]", "'b'", "allowed: a")]
    [InlineData("rates: [{ service: sqs, burst: 1, per-second: 1 }]", "'sqs'", "autoscaling")]
    [InlineData("events: [{ at: 1s, delete-hook: { group: workers, hook: drain } }]", "'workers/drain'", "hook of event 1")]
    [InlineData("events: [{ at: 1s, suspend: { group: workers, process: Launch } }]", "'workers'", "group of event 1")]
    [InlineData("events: [{ at: 1s, tag: { instance: b, key: k } }]", "'b'", "allowed: a")]
    [InlineData("events: [{ at: 1s, scale: { workload: web, replicas: 2 } }]", "workload of event 1")]
    public void A_mistake_is_named_with_its_place_and_what_would_be_right(string line, params string[] said)
    {
        var wrong = Assert.Throws<ScenarioException>(() => ScenarioFiles.Parse(Least + line + "\n", "mine.yaml"));
        Assert.StartsWith("mine.yaml", wrong.Message, StringComparison.Ordinal);
        Assert.All(said, part => Assert.Contains(part, wrong.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_range_of_names_is_as_many_instances_and_events()
    {
        var scenario = ScenarioFiles.Parse("name: x\nclusters: [{ name: shop }]\ngroups: [{ name: g, instances: ['n{8..11}', last] }]\nevents: [{ at: 1s, scale-in: 'n{8..11}' }]\n", "mine.yaml");

        Assert.Equal(["n8", "n9", "n10", "n11", "last"], scenario.Groups[0].Instances);
        Assert.Equal(["n8", "n9", "n10", "n11"], scenario.Events.Select(happening => happening.ScaleIn));
    }

    [Fact]
    public void A_name_that_is_no_scenario_and_no_file_is_answered_with_the_list() =>
        Assert.Contains("scale-in", Assert.Throws<ScenarioException>(() => ScenarioFiles.Load("nonesuch")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("spto", "spot")]
    [InlineData("scalein", "scale-in")]
    public void A_scenario_that_is_misspelt_is_answered_with_the_nearest_one_last(string typed, string meant) =>
        Assert.EndsWith($"Did you mean '{meant}'?", Assert.Throws<ScenarioException>(() => ScenarioFiles.Load(typed)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--scenaro spot", "There is no option --scenaro. Did you mean '--scenario'?")]
    [InlineData("reprot --from x", "There is no command reprot. Did you mean 'report'?")]
    [InlineData("report --frm x", "There is no option --frm. Did you mean '--from'?")]
    [InlineData("--quickly", "There is no option --quickly.")]
    [InlineData("--scenario spot", null)]
    public void An_option_or_a_command_that_is_misspelt_is_answered_with_the_nearest_one(string typed, string? answer)
    {
        var parsed = new CommandLine().Root((_, _) => Task.FromResult(0), (_, _) => Task.FromResult(0)).Parse(typed.Split(' '));

        Assert.Equal(answer, CommandLine.Unknown(parsed));
    }

    [Fact]
    public void A_word_that_is_not_allowed_is_answered_with_the_nearest_one_last() =>
        Assert.EndsWith("Did you mean 'throttle'?", Assert.Throws<FormatException>(() => CustomScenario.Fault("throtle:ec2")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("2m", 120)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5s", 1.5)]
    public void Durations_are_written_as_people_write_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));
}
