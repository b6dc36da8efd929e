using System.CommandLine;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Sandbox;

/// <summary>The options of the program, and what they mean.</summary>
internal sealed class CommandLine
{
    public Option<bool> List { get; } = new("--list") { Description = "Name the scenarios and end." };

    public Option<string[]> Scenario { get; } = new("--scenario") { Description = "A scenario by name or file, or 'all'; may be given again. Default: spot, then scale-in." };

    public Option<string?> Function { get; } = new("--function") { Description = "The function to run: a native bootstrap, bootstrap.dll, or a zip as it is deployed. Default: the one that was built with the sandbox." };

    public Option<string?> Json { get; } = new("--json") { Description = "Write a summary for machines into this file." };

    public Option<string?> Report { get; } = new("--report") { Description = "Draw the drains into this HTML file; with several scenarios into one file each." };

    /// <summary>Of the command <c>report</c>.</summary>
    public Option<string[]> From { get; } = new("--from") { Description = "Log files of the function: its output, or what was exported from CloudWatch.", Required = true, AllowMultipleArgumentsPerToken = true };

    public Option<double?> Speed { get; } = new("--speed") { Description = "Simulated seconds in a real one. Default: the scenario's." };

    public Option<int> Seed { get; } = new("--seed") { Description = "Fixes what chance decides.", DefaultValueFactory = _ => 1 };

    public Option<string[]> KillAt { get; } = new("--kill-at") { Description = "Kill the function's process at a request: REQUEST#n:before or :after; REQUEST is *, a service or an operation. May be given again." };

    public Option<int> KillEvery { get; } = new("--kill-every") { Description = "Kill before every n-th request." };

    public Option<string?> Event { get; } = new("--event") { Description = "Send the body in this file, as EventBridge or Auto Scaling would, to a small cluster." };

    public Option<int?> Nodes { get; } = new("--nodes") { Description = "Nodes of that cluster; alone: reclaim so many spot instances at once." };

    public Option<int?> Pods { get; } = new("--pods") { Description = "Pods on each of those nodes." };

    public Option<string[]> Faults { get; } = new("--faults") { Description = "Faults from the beginning: KIND[:SERVICE[:OPERATION]][*TIMES], for example throttle:ec2*3 or too-many-requests:kubernetes*5." };

    public Option<bool> Plain { get; } = new("--plain") { Description = "Plain lines, in a terminal too." };

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
        var root = new RootCommand("A small AWS and a small EKS on this machine, and the function between them.")
        {
            List, Scenario, Function, Json, Report, Speed, Seed, KillAt, KillEvery, Event, Nodes, Pods, Faults, Plain,
        };
        foreach (var option in Serve.ServeCommand.Options)
        {
            root.Add(option);
        }

        root.SetAction(action);
        var report = new Command("report", "Draw the drains of a log, that of a real cluster too, into an HTML file.") { From, Report };
        report.SetAction(draw);
        root.Add(report);
        return root;
    }

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
}
