using System.CommandLine;
using System.Text.Json;
using DrainerFunction.Sandbox;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Report;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.Serve;
using DrainerFunction.Sandbox.View;
using Spectre.Console;

var options = new CommandLine();
return await options.Root(RunAsync, DrawAsync).Parse(args).InvokeAsync();

async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
{
    if (given.GetValue(options.List))
    {
        foreach (var scenario in ScenarioFiles.Names.Select(ScenarioFiles.Load))
        {
            Console.Out.WriteLine($"{scenario.Name,-18} {scenario.Description}");
        }

        return 0;
    }

    try
    {
        if (ServeCommand.IsAsked(given))
        {
            return await ServeCommand.RunAsync(given, FunctionOf(given), given.GetValue(options.Scenario)?.FirstOrDefault(), given.GetValue(options.Speed), cancellationToken);
        }

        return await PlayAllAsync(given, cancellationToken);
    }
    catch (Exception wrong) when (wrong is ScenarioException or FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
    {
        Console.Error.WriteLine(wrong.Message);
        return 2;
    }
}

async Task<int> PlayAllAsync(ParseResult given, CancellationToken cancellationToken)
{
    var settings = new RunSettings
    {
        Program = FunctionOf(given),
        Speed = given.GetValue(options.Speed),
        Seed = given.GetValue(options.Seed),
        KillAt = [.. (given.GetValue(options.KillAt) ?? []).Select(KillPoint.Parse)],
        KillEvery = given.GetValue(options.KillEvery),
    };
    var faults = (given.GetValue(options.Faults) ?? []).Select(CustomScenario.Fault).Select(fault => new EventPart { Fault = fault });
    var screen = new Screen(Console.Out, AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected && !given.GetValue(options.Plain));
    var summaries = new List<RunSummary>();
    foreach (var scenario in Chosen(given))
    {
        scenario.Events.InsertRange(0, faults);
        summaries.Add(await screen.PlayAsync(scenario, settings, cancellationToken));
    }

    if (given.GetValue(options.Json) is { } file)
    {
        var style = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(summaries, style), cancellationToken);
    }

    if (given.GetValue(options.Report) is { } page)
    {
        foreach (var summary in summaries)
        {
            HtmlReport.WriteFile(summaries.Count == 1 ? page : Path.ChangeExtension(page, $".{summary.Scenario}.html"), summary.FinishedLines);
        }
    }

    var failed = summaries.Where(summary => !summary.Passed).Select(summary => summary.Scenario).ToList();
    Console.Out.WriteLine(failed.Count == 0 ? $"{summaries.Count} scenarios ended as they must." : $"{failed.Count} of {summaries.Count} scenarios failed: {string.Join(", ", failed)}");
    return failed.Count == 0 ? 0 : 1;
}

async Task<int> DrawAsync(ParseResult given, CancellationToken cancellationToken)
{
    var lines = new List<string>();
    foreach (var file in given.GetValue(options.From) ?? [])
    {
        if (!File.Exists(file))
        {
            Console.Error.WriteLine($"There is no file {file}.");
            return 2;
        }

        lines.AddRange(await File.ReadAllLinesAsync(file, cancellationToken));
    }

    var page = given.GetValue(options.Report) ?? "report.html";
    var nodes = HtmlReport.WriteFile(page, lines);
    Console.Out.WriteLine(nodes == 0 ? $"No finished line was found; {page} says so." : $"{nodes} {(nodes == 1 ? "node" : "nodes")} drawn into {page}.");
    return nodes == 0 ? 1 : 0;
}

FunctionProgram FunctionOf(ParseResult given) => given.GetValue(options.Function) is { } path ? FunctionProgram.At(path) : BuiltFunction.Find();

IReadOnlyList<Scenario> Chosen(ParseResult given)
{
    var names = given.GetValue(options.Scenario) ?? [];
    if (names.Length == 0 && (given.GetValue(options.Event) ?? (object?)given.GetValue(options.Nodes)) is not null)
    {
        var body = given.GetValue(options.Event) is { } file ? File.ReadAllText(file) : null;
        return [CustomScenario.Of(given.GetValue(options.Nodes) ?? 1, given.GetValue(options.Pods) ?? 5, body)];
    }

    return names is [] ? [ScenarioFiles.Load("spot"), ScenarioFiles.Load("scale-in")]
        : [.. (names is ["all"] ? ScenarioFiles.Names : names).Select(ScenarioFiles.Load)];
}
