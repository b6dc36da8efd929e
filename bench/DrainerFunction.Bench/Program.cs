using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DrainerFunction.Bench;
using DrainerFunction.Bench.Storms;
using DrainerFunction.Sandbox;
using DrainerFunction.Sandbox.Lambda;

if (args is not ["compare" or "burst" or "start" or "storm" or "share" or "memory" or "growth" or "check" or "--help" or "-h", ..])
{
    // In this process: the benchmarks reach into internals, which a generated project of another name could not.
    var here = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(new InProcessEmitToolchain(new()))).WithOptions(ConfigOptions.JoinSummary);
    BenchmarkSwitcher.FromAssembly(typeof(Theatre).Assembly).Run(args is [] ? ["--filter", "*"] : args, here);
    return 0;
}

var function = new Option<string?>("--function") { Description = "The function: a native bootstrap (dotnet publish src/DrainerFunction -c Release -r linux-x64). Default: the plain build, which is slower to start and larger." };
var times = new Option<int>("--times") { Description = "How often each is measured.", DefaultValueFactory = _ => 3 };
var pods = new Option<int?>("--pods") { Description = "Pods on each node. Default: 14 in compare, 30 in burst." };
var trace = new Option<bool>("--trace") { Description = "Each request of each drain with its time." };
var nodes = new Option<int>("--nodes") { Description = "Nodes that are reclaimed at once.", DefaultValueFactory = _ => 100 };
var peers = new Option<int>("--kubectl") { Description = "Processes of kubectl that share the nodes; 0: none.", DefaultValueFactory = _ => 10 };

var compare = new Command("compare", "One node: a fresh process of ours, a warm one, and kubectl drain.") { function, times, pods, trace };
compare.SetAction((given, cancellationToken) => SayAsync(Program(given), async program =>
[
    await StartUp.MeasureAsync(program, 10, cancellationToken),
    await new Comparison(program, given.GetValue(pods) ?? 14, given.GetValue(times), given.GetValue(trace)).MeasureAsync(cancellationToken),
]));
var start = new Command("start", "From the start of a process until it asks for its first invocation.") { function };
start.SetAction((given, cancellationToken) => SayAsync(Program(given), async program => [await StartUp.MeasureAsync(program, 10, cancellationToken)]));
var held = new Option<int>("--memory") { Description = "The function's memory in MB, which gives its share of a core.", DefaultValueFactory = _ => 512 };
var together = new Option<int>("--batch") { Description = "Messages in a batch; the template has 25 of them.", DefaultValueFactory = _ => 10 };
var burst = new Command("burst", "Many spot nodes at once, with whole cores and on Lambda's share of one, and the same with kubectl.") { function, nodes, pods, peers, held, together };
burst.SetAction((given, cancellationToken) => SayAsync(Program(given), async program =>
    [await new Burst(program, given.GetValue(nodes), given.GetValue(pods) ?? 30, given.GetValue(peers), given.GetValue(held), given.GetValue(together)).MeasureAsync(cancellationToken)]));

var memories = new Option<int[]>("--memories") { Description = "Memory sizes in MB.", DefaultValueFactory = _ => [128, 256, 512, 1024, 1769], AllowMultipleArgumentsPerToken = true };
var share = new Command("share", "The function on the share of a core that Lambda gives to its memory, and kubectl on the same share. Needs control groups.") { function, times, memories, peers };
share.SetAction((given, cancellationToken) => SayAsync(Program(given), async program =>
    [await new Share(program, given.GetValue(times), given.GetValue(memories)!, given.GetValue(peers) > 0).MeasureAsync(cancellationToken)]));

var manyNodes = new Option<int[]>("--nodes") { Description = "Nodes that are reclaimed within a second; a storm for each.", DefaultValueFactory = _ => [1000], AllowMultipleArgumentsPerToken = true };
var manyPods = new Option<int>("--pods") { Description = "Pods on each node.", DefaultValueFactory = _ => 30 };
var clusters = new Option<int[]>("--clusters") { Description = "In how many clusters the nodes are; a storm for each.", DefaultValueFactory = _ => [20, 1], AllowMultipleArgumentsPerToken = true };
var seed = new Option<int>("--seed") { Description = "The same seed gives the same figures.", DefaultValueFactory = _ => 1 };
var memory = new Option<int?>("--memory") { Description = "The function's memory in MB. Default: the template's." };
var batch = new Option<int?>("--batch") { Description = "Messages in a batch. Default: the template's." };
var window = new Option<int?>("--window") { Description = "The mapping's batching window in seconds. Default: the template's." };
var most = new Option<int?>("--concurrency") { Description = "Batches at once. Default: the template's." };
var pollers = new Option<int>("--pollers") { Description = "Provisioned pollers; 0: none.", DefaultValueFactory = _ => 0 };
var scaleIn = new Option<bool>("--scale-in") { Description = "Auto Scaling takes the nodes: hooks, and drains of ten minutes." };
var hook = new Option<int[]>("--hook") { Description = "HeartbeatTimeout of a scale-in's hooks in seconds; a storm for each.", DefaultValueFactory = _ => [300], AllowMultipleArgumentsPerToken = true };
var calls = new Option<int?>("--calls") { Description = "Calls a second that Auto Scaling answers. Default: what the sandbox assumes." };
var slower = new Option<int>("--slower") { Description = "How often the processor's times are multiplied.", DefaultValueFactory = _ => 1 };
var sizes = new Option<bool>("--growth") { Description = "How requests, calls and the processor's time grow with the nodes and their pods." };
var alternatives = new Option<bool>("--alternatives") { Description = "All ways to set the template that docs/scaling.md compares." };
var storm = new Command("storm", "A thousand nodes at once, in simulated time over the function's own handlers; no process is started.") { manyNodes, manyPods, clusters, seed, memory, batch, window, most, pollers, scaleIn, hook, calls, slower, sizes, alternatives };
storm.SetAction(given =>
{
    if (given.GetValue(sizes))
    {
        Console.WriteLine(Growth.Measure(given.GetValue(seed), out var isComplete));
        return isComplete ? 0 : 1;
    }

    var storms = (from count in given.GetValue(clusters)!
                  from seconds in given.GetValue(hook)!
                  from many in given.GetValue(manyNodes)!
                  select new StormSettings
                  {
                      Nodes = many,
                      Pods = given.GetValue(manyPods),
                      Clusters = count,
                      Seed = given.GetValue(seed),
                      Memory = given.GetValue(memory),
                      BatchSize = given.GetValue(batch),
                      Window = given.GetValue(window) is { } wide ? TimeSpan.FromSeconds(wide) : null,
                      MaximumConcurrency = given.GetValue(most),
                      Pollers = given.GetValue(pollers),
                      IsScaleIn = given.GetValue(scaleIn),
                      Hook = TimeSpan.FromSeconds(seconds),
                      CallsPerSecond = given.GetValue(calls),
                      Slower = given.GetValue(slower),
                  }).ToList();
    Console.WriteLine(Storm.Compare([.. given.GetValue(alternatives) ? storms.SelectMany(Storm.Alternatives) : storms], out var isGood));
    return isGood ? 0 : 1;
});
var fleet = new Option<int>("--clusters") { Description = "Clusters that are checked.", DefaultValueFactory = _ => 40 };
var limit = new Option<int>("--memory") { Description = "The function's memory in MB; it is killed if it takes more.", DefaultValueFactory = _ => 128 };
var check = new Command("check", "One check of a whole fleet: how long it takes and how much memory.") { function, fleet, nodes, pods, limit };
check.SetAction((given, cancellationToken) => SayAsync(Program(given), async program =>
    [await new FleetCheck(program, given.GetValue(fleet), given.GetValue(nodes), given.GetValue(pods) ?? 30, given.GetValue(limit)).MeasureAsync(cancellationToken)]));
var large = new Command("memory", "Nodes of large pods and of many, each by one process under Lambda's limit.") { function };
large.SetAction((given, cancellationToken) => SayAsync(Program(given), async program => [await new Loads(program).MemoryAsync(cancellationToken)]));
var growth = new Command("growth", "Requests, calls, processor time and memory for more nodes and more pods.") { function };
growth.SetAction((given, cancellationToken) => SayAsync(Program(given), async program => [await new Loads(program).GrowthAsync(cancellationToken)]));
return await new RootCommand("Measures the function against its peers. Without a command: the benchmarks of decoder, planner and finished line.") { compare, burst, start, share, large, growth, storm, check }.Parse(args).InvokeAsync();

FunctionProgram Program(ParseResult given) => given.GetValue(function) is { } path ? FunctionProgram.At(path) : BuiltFunction.Find();

static async Task<int> SayAsync(FunctionProgram program, Func<FunctionProgram, Task<string[]>> measure)
{
    var load = new MachineLoad();
    var tables = await measure(program);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {MachineLoad.Machine}, {(program.IsNative ? $"native bootstrap of {new FileInfo(program.Path).Length / 1e6:0.0} MB" : "the plain build, not the native one")}"));
    Console.WriteLine($"Machine: {load}.\n");
    Console.WriteLine(string.Join("\n\n", tables));
    return 0;
}
