using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json;
using DrainerFunction.Sandbox;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Report;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.Serve;
using DrainerFunction.Sandbox.View;
using Spectre.Console;

var options = new CommandLine();
var parsed = options.Root(RunAsync, DrawAsync).Parse(args);
if (parsed.Action is ParseErrorAction wrongOption)
{
    // The error is the last thing on the screen; --help has the rest.
    (wrongOption.ShowHelp, wrongOption.ShowTypoCorrections) = (false, false);
    if (CommandLine.Unknown(parsed) is { } unknown)
    {
        Console.Error.WriteLine(unknown);
        return 1;
    }
}

return await parsed.InvokeAsync();

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
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        Console.Error.WriteLine("Interrupted by Ctrl-C: the scenario was not played to its end, so it has no result.");
        return 130;
    }
}

async Task<int> PlayAllAsync(ParseResult given, CancellationToken cancellationToken)
{
    var settings = new RunSettings
    {
        Program = FunctionOf(given),
        Speed = given.GetValue(options.Speed),
        Seed = given.GetValue(options.Seed) ?? 1,
        KillAt = [.. (given.GetValue(options.KillAt) ?? []).Select(KillPoint.Parse)],
        KillEvery = given.GetValue(options.KillEvery) ?? 0,
    };
    var faults = (given.GetValue(options.Faults) ?? []).Select(CustomScenario.Fault).Select(fault => new EventPart { Fault = fault }).ToList();
    var scenarios = Chosen(given);
    if (args is [])
    {
        Console.Out.WriteLine("The function runs here as processes of its own, against a small AWS and a small EKS on this machine. Lines with » are from its log.\n");
    }

    foreach (var scenario in scenarios)
    {
        scenario.Events.InsertRange(0, faults);
        // Whoever makes it harder asks whether it ends right, not whether it was in time.
        scenario.Expect.Within = faults.Count == 0 ? scenario.Expect.Within : null;
    }

    var isLive = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected && !given.GetValue(options.Plain);
    var summaries = await new Repertoire(Console.Out, isLive, settings).PlayAsync(scenarios, given.GetValue(options.Jobs) ?? 1, cancellationToken);
    if (given.GetValue(options.Json) is { } file)
    {
        var style = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(summaries, style), cancellationToken);
    }

    if (given.GetValue(options.Report) is { } page)
    {
        HtmlReport.WriteFile(page, [.. summaries.Select(summary => (summary.Scenario, summary.FinishedLines))]);
    }

    var code = ExitCode(summaries);
    if (code == 0 && args is [])
    {
        Console.Out.WriteLine(
            """

            Next, behind "dotnet run --project test/DrainerFunction.Sandbox --":
              --list                 the other scenarios; --scenario NAME plays one
              --report drains.html   draws what was played
              --serve                runs on, for kubectl and the AWS CLI (docs/walk-through.md)
              --help                 the rest
            """);
    }

    return code;
}

int ExitCode(IReadOnlyList<RunSummary> summaries)
{
    var failed = summaries.Where(summary => !summary.Passed).ToList();
    if (failed is [])
    {
        Console.Out.WriteLine(summaries.Count == 1 ? "The scenario ended as it must." : $"{summaries.Count} scenarios ended as they must.");
        return 0;
    }

    // Of several, what was wrong has scrolled away.
    foreach (var summary in summaries.Count > 1 ? failed : [])
    {
        Console.Out.WriteLine($"{summary.Scenario}: {string.Join("; ", summary.Unmet.Concat(summary.Violations))}");
    }

    Console.Out.WriteLine($"{failed.Count} of {summaries.Count} {(summaries.Count == 1 ? "scenario" : "scenarios")} failed: {string.Join(", ", failed.Select(summary => summary.Scenario))}");
    if (failed.All(summary => summary.TooSlowTryAt is not null))
    {
        Console.Out.WriteLine(FormattableString.Invariant($"This machine is too slow for the speed, so nothing is said about the function; try --speed {failed.Min(summary => summary.TooSlowTryAt):0.#}"));
        return 3;
    }

    return 1;
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

        if (CheckPage.Read(await File.ReadAllTextAsync(file, cancellationToken)) is { } check)
        {
            CheckPage.WriteFile(given.GetValue(options.Report) ?? "report.html", check);
            Console.Out.WriteLine($"The check drawn into {given.GetValue(options.Report) ?? "report.html"}.");
            return 0;
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
    if (given.GetValue(options.Event) is not null || given.GetValue(options.Nodes) is not null || given.GetValue(options.Pods) is not null)
    {
        var messages = given.GetValue(options.Event) is { } file ? CustomScenario.Messages(File.ReadAllText(file), TimeProvider.System.GetUtcNow()) : null;
        return [CustomScenario.Of(given.GetValue(options.Nodes) ?? (messages is null ? 1 : null), given.GetValue(options.Pods) ?? 5, messages)];
    }

    return names is [] ? [ScenarioFiles.Load("spot"), ScenarioFiles.Load("scale-in")]
        : [.. (names is ["all"] ? ScenarioFiles.Names : names).Select(ScenarioFiles.Load)];
}
