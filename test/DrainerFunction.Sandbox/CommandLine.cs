using System.CommandLine;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Sandbox;

/// <summary>The options of the program, and what they mean.</summary>
internal sealed class CommandLine
{
    public Option<bool> List { get; } = new("--list") { Description = "Name the scenarios and end." };

    public Option<string[]> Scenario { get; } = new("--scenario") { Description = "A scenario by name or file, or 'all'; may be given again. Default: spot, then scale-in." };

    public Option<string?> Function { get; } = new("--function") { Description = "The function to run: a native bootstrap, or bootstrap.dll. Default: the one that was built with the sandbox." };

    public Option<string?> Json { get; } = new("--json") { Description = "Write a summary for machines into this file." };

    public Option<double?> Speed { get; } = new("--speed") { Description = "Simulated seconds in a real one. Default: the scenario's." };

    public Option<int> Seed { get; } = new("--seed") { Description = "Fixes what chance decides.", DefaultValueFactory = _ => 1 };

    public Option<string[]> KillAt { get; } = new("--kill-at") { Description = "Kill the function's process at a request: REQUEST#n:before or :after; REQUEST is *, a service or an operation. May be given again." };

    public Option<int> KillEvery { get; } = new("--kill-every") { Description = "Kill before every n-th request." };

    public Option<string?> Event { get; } = new("--event") { Description = "Send the body in this file, as EventBridge or Auto Scaling would, to a small cluster." };

    public Option<int?> Nodes { get; } = new("--nodes") { Description = "Nodes of that cluster; alone: reclaim so many spot instances at once." };

    public Option<int?> Pods { get; } = new("--pods") { Description = "Pods on each of those nodes." };

    public Option<string[]> Faults { get; } = new("--faults") { Description = "Faults from the beginning: KIND[:SERVICE[:OPERATION]][*TIMES], for example throttle:ec2*3 or too-many-requests:kubernetes*5." };

    public Option<bool> Plain { get; } = new("--plain") { Description = "Plain lines, in a terminal too." };

    public RootCommand Root(Func<ParseResult, CancellationToken, Task<int>> action)
    {
        foreach (var option in (Option<string[]>[])[Scenario, KillAt, Faults])
        {
            option.AllowMultipleArgumentsPerToken = true;
        }

        Refuse(KillAt, text => KillPoint.Parse(text));
        Refuse(Faults, text => Scenarios.CustomScenario.Fault(text));
        var root = new RootCommand("A small AWS and a small EKS on this machine, and the function between them.")
        {
            List, Scenario, Function, Json, Speed, Seed, KillAt, KillEvery, Event, Nodes, Pods, Faults, Plain,
        };
        root.SetAction(action);
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
