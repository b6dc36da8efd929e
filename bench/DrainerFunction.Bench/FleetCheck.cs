using System.Globalization;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Bench;

/// <summary>One check of a whole fleet by the true program, which is killed if it takes more memory than it is given.</summary>
internal sealed class FleetCheck(FunctionProgram program, int clusters, int nodes, int pods, int memory)
{
    private const int Namespaces = 5;
    private const int WorkloadsOfACluster = 20;
    private static readonly TimeSpan Wanted = TimeSpan.FromSeconds(60);

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var run = new SandboxRun(Scene(), new() { Program = program, Speed = 1 });
        var peak = 0L;
        await using var watch = new Timer(_ => peak = Math.Max(peak, Proc.Functions().Select(process => Proc.PeakMemory(process) ?? 0).DefaultIfEmpty().Max()), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
        var end = await run.PlayAsync(cancellationToken);
        var tape = run.World.Tape.Happenings;
        var began = tape.First(one => one is { Area: "lambda", What: "invoked" }).At;
        var answered = tape.FirstOrDefault(one => one is { Area: "lambda", What: "answered" or "unanswered" });
        var took = answered?.At - began;
        var answer = answered is { What: "answered" } ? JsonNode.Parse(answered.Text[(answered.Text.IndexOf('→', StringComparison.Ordinal) + 1)..]) : null;
        var table = new Table("fleet", "took", "peak memory", "answer", "Kubernetes requests", "AWS calls", "wanted");
        table.Add(
            string.Create(CultureInfo.InvariantCulture, $"{clusters} × {nodes} nodes × {pods} pods"),
            Table.Seconds(took),
            Table.Megabytes(peak),
            answer is null ? string.Join("; ", end.Unmet) : Summary(answer),
            Table.Number(run.Stage.Judge.KubernetesRequests),
            Table.Number(run.KillSwitch!.Requests.Count(request => request.Service != "kubernetes")),
            $"< 60 s, < {memory} MB: {Table.Met(answer is not null && took < Wanted && peak < memory * 1e6)}");
        return table.ToString();
    }

    private static string Summary(JsonNode answer)
    {
        var all = answer["clusters"]!.AsArray();
        return string.Create(CultureInfo.InvariantCulture, $"{all.Count(cluster => cluster!["verdict"]!.ToString() != "notChecked")} clusters, {all.Sum(cluster => (int)cluster!["pods"]!["ready"]! + (int)cluster["pods"]!["wouldBeCut"]! + (int)cluster["pods"]!["wouldBeLost"]!)} pods");
    }

    private Scenario Scene()
    {
        var names = Enumerable.Range(0, clusters).Select(number => string.Create(CultureInfo.InvariantCulture, $"fleet-{number:00}")).ToList();
        var replicas = nodes * pods / WorkloadsOfACluster;
        return new()
        {
            Name = "fleet-check",
            Limit = TimeSpan.FromMinutes(10),
            Clusters = [.. names.Select(name => new ClusterPart { Name = name, CheckRole = true })],
            Instances = [.. names.SelectMany((name, number) => Enumerable.Range(number * nodes, nodes).Select(node => new InstancePart { Name = string.Create(CultureInfo.InvariantCulture, $"node-{node}"), Cluster = name }))],
            Workloads =
            [
                .. names.SelectMany((name, number) => Enumerable.Range(0, WorkloadsOfACluster).Select(workload => new WorkloadPart
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"{name}-{workload}"),
                    Cluster = name,
                    Namespace = string.Create(CultureInfo.InvariantCulture, $"team-{workload % Namespaces}"),
                    Replicas = replicas,
                    On = string.Create(CultureInfo.InvariantCulture, $"node-{{{number * nodes}..{((number + 1) * nodes) - 1}}}"),
                    Grace = TimeSpan.FromSeconds(workload == 0 ? 600 : 30),
                })),
            ],

            // More clusters than the template can name: each instance's own tags say which is its.
            Function = new() { Memory = memory, Parameters = new() { ["ClusterNames"] = "" } },
            Events = [new() { At = TimeSpan.FromSeconds(1), Invoke = """{"check":{}}""" }],
            Expect = new() { NotBefore = TimeSpan.FromSeconds(5), Answers = ["wouldBeCut"] },
        };
    }
}
