using System.CommandLine;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>The options that keep the world running for clients of flesh and blood.</summary>
internal static class ServeCommand
{
    private static readonly Option<bool> Serve = new("--serve")
    {
        Description = "Play nothing and run on until Ctrl-C, for kubectl and the AWS CLI. With --scenario: that scenario's world and events.",
    };

    internal static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "As --serve, with a real cluster instead of a simulated one: the kubeconfig's current context. The function acts on it with the kubeconfig's rights, as far as deploy/rbac.yaml lets it.",
    };

    internal static readonly Option<string?> Context = new("--context") { Description = "Another context of that kubeconfig." };

    internal static readonly Option<bool> DryRun = new("--dry-run") { Description = "With --serve or --kubeconfig: the function says what it would do and writes nothing." };

    public static IReadOnlyList<Option> Options { get; } = [Serve, Kubeconfig, Context, DryRun];

    public static bool IsAsked(ParseResult given) => given.GetValue(Serve) || given.GetValue(Kubeconfig) is not null;

    public static async Task<int> RunAsync(ParseResult given, FunctionProgram program, string? scenario, double? speed, CancellationToken cancellationToken)
    {
        var world = scenario is null ? DefaultWorld() : ScenarioFiles.Load(scenario);
        UpstreamCluster? upstream = null;
        if (given.GetValue(Kubeconfig) is { } file)
        {
            upstream = new(KubeconfigFile.Read(file, given.GetValue(Context)));
            world = await RealNodes.WorldAsync(upstream, cancellationToken);
        }

        using (upstream)
        {
            if (given.GetValue(DryRun))
            {
                world.Function.Environment["DRY_RUN"] = "true";
            }

            await new ServedWorld(Console.Out).RunAsync(world, new() { Program = program, Speed = speed, Upstream = upstream }, cancellationToken);
        }

        return 0;
    }

    private static Scenario DefaultWorld()
    {
        using var reader = new StreamReader(typeof(ServeCommand).Assembly.GetManifestResourceStream("serve/world.yaml")!);
        return ScenarioFiles.Parse(reader.ReadToEnd(), "serve/world.yaml");
    }
}
