using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Serve;

namespace DrainerFunction.Sandbox;

/// <summary>The options of the program, and what they mean. A wrong value is answered with what would be right.</summary>
internal sealed class CommandLine
{
    public Option<bool> List { get; } = new("--list") { Description = "List the scenarios and exit." };

    public Option<string[]> Scenario { get; } = new("--scenario") { Description = "A scenario by name or file, or 'all'; may be given again. Default: spot, then scale-in." };

    public Option<string?> Function { get; } = new("--function") { Description = "The function to run: a native bootstrap, bootstrap.dll, or a zip as it is deployed. Default: the one that was built with the sandbox." };

    public Option<string?> Json { get; } = new("--json") { Description = "Write a summary in JSON into this file." };

    public Option<string?> Report { get; } = new("--report") { Description = "Draw the drains into this HTML file, those of several scenarios too. Default of the command report: report.html." };

    /// <summary>Of the command <c>report</c>.</summary>
    public Option<string[]> From { get; } = new("--from") { Description = "Log files of the function: its output, or what aws logs printed. Or the answer of a check, in JSON.", Required = true, AllowMultipleArgumentsPerToken = true };

    public Option<double?> Speed { get; } = new("--speed") { Description = "Simulated seconds for each real one. Default: the scenario's.", CustomParser = ParseSpeed };

    public Option<int?> Seed { get; } = Number("--seed", 0, "Seed of all random choices. Default: 1.");

    public Option<int?> Jobs { get; } = Number("--jobs", 1, "Play this many scenarios at once; each is printed when it has ended. Default: 1.");

    public Option<string[]> KillAt { get; } = new("--kill-at") { Description = "Kill the function's process at a request: REQUEST#n:before or :after; REQUEST is *, a service or an operation. May be given again." };

    public Option<int?> KillEvery { get; } = Number("--kill-every", 1, "Kill before every n-th request.");

    public Option<string?> Event { get; } = new("--event") { Description = "Send the message in this file, or each body of the records in it (events/*.json), to a small cluster." };

    public Option<int?> Nodes { get; } = Number("--nodes", 1, "Nodes of that cluster; without --event this many Spot instances are reclaimed at once. Default: one, or as many as --event names.");

    public Option<int?> Pods { get; } = Number("--pods", 0, "Pods on each of those nodes. Default: 5.");

    public Option<string[]> Faults { get; } = new("--faults") { Description = "Faults from the beginning: KIND[:SERVICE[:OPERATION]][*TIMES], for example throttle:ec2*3 or too-many-requests:kubernetes*5." };

    public Option<bool> Plain { get; } = new("--plain") { Description = "Print plain lines in a terminal as well, instead of the live picture." };

    /// <param name="action">Plays scenarios.</param>
    /// <param name="draw">Draws the log of a real drain.</param>
    public RootCommand Root(Func<ParseResult, CancellationToken, Task<int>> action, Func<ParseResult, CancellationToken, Task<int>> draw)
    {
        foreach (var option in (Option<string[]>[])[Scenario, KillAt, Faults])
        {
            option.AllowMultipleArgumentsPerToken = true;
        }

        Refuse(KillAt, text => KillPoint.Parse(text));
        Refuse(Faults, text => Scenarios.CustomScenario.Fault(text));
        Event.Validators.Add(result => RefusePath(result, File.Exists, "there is no such file"));
        Json.Validators.Add(result => RefusePath(result, HasFolder, "there is no such folder"));
        Report.Validators.Add(result => RefusePath(result, HasFolder, "there is no such folder"));
        var root = new RootCommand("Runs the function against a small AWS and a small EKS on this machine. Without options it plays the scenarios spot and scale-in.")
        {
            List, Scenario, Function, Json, Report, Speed, Seed, Jobs, KillAt, KillEvery, Event, Nodes, Pods, Faults, Plain,
        };
        foreach (var option in ServeCommand.Options)
        {
            root.Add(option);
        }

        root.Validators.Add(RefuseTogether);
        root.SetAction(action);
        var report = new Command("report", "Draw the drains of a log, that of a real function too, or the answer of a check into an HTML file.") { From, Report };
        report.SetAction(draw);
        root.Add(report);
        return root;
    }

    /// <returns>A sentence about the first word that means nothing; null where each means something.</returns>
    public static string? Unknown(ParseResult parsed) => parsed.UnmatchedTokens is not [var word, ..] ? null
        : word.StartsWith('-') ? $"There is no option {word}.{Nearest.Hint(word, parsed.CommandResult.Command.Options.Select(option => option.Name))}"
        : $"There is no command {word}.{Nearest.Hint(word, parsed.RootCommandResult.Command.Subcommands.Select(command => command.Name))}";

    /// <summary>What would be passed over in silence.</summary>
    private void RefuseTogether(CommandResult given)
    {
        if (First(given, Scenario) is not null && First(given, Event, Nodes, Pods) is { } own)
        {
            given.AddError($"{own.Name} makes a world of its own and cannot be combined with {Scenario.Name}.");
        }

        if (First(given, ServeCommand.DryRun) is not null && First(given, [.. ServeCommand.Options.Take(2)]) is null)
        {
            given.AddError($"{ServeCommand.DryRun.Name} belongs to --serve and --kubeconfig. A dry run that is played: --scenario dry-run");
        }

        if (First(given, ServeCommand.Context) is not null && First(given, ServeCommand.Kubeconfig) is null)
        {
            given.AddError($"{ServeCommand.Context.Name} names a context of {ServeCommand.Kubeconfig.Name}, which is missing.");
        }

        if (First(given, [.. ServeCommand.Options.Take(2)]) is { } serve
            && First(given, Json, Report, Seed, Jobs, KillAt, KillEvery, Event, Nodes, Pods, Faults) is { } played)
        {
            given.AddError($"{played.Name} belongs to a scenario that is played and cannot be combined with {serve.Name}.");
        }
    }

    private static Option? First(CommandResult given, params IEnumerable<Option> options) =>
        options.FirstOrDefault(option => given.GetResult(option) is { Implicit: false });

    private static void Refuse(Option<string[]> option, Action<string> parse) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
        {
            try
            {
                parse(token.Value);
            }
            catch (FormatException wrong)
            {
                result.AddError(wrong.Message);
            }
        }
    });

    private static void RefusePath(OptionResult given, Func<string, bool> isRight, string what)
    {
        if (given.Tokens is [var path] && !isRight(path.Value))
        {
            given.AddError($"{given.Option.Name} is '{path.Value}': {what}");
        }
    }

    private static bool HasFolder(string path) => Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)));

    private static Option<int?> Number(string name, int least, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
            {
                return number;
            }

            result.AddError($"{name} is '{result.Tokens[0].Value}'; allowed: a whole number from {least}");
            return null;
        },
    };

    private static double? ParseSpeed(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and <= 1000)
        {
            return speed;
        }

        result.AddError($"--speed is '{result.Tokens[0].Value}'; allowed: a number above 0, up to 1000");
        return null;
    }
}
