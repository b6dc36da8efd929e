using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DrainerFunction.Bench;
using DrainerFunction.Sandbox;
using DrainerFunction.Sandbox.Lambda;

if (args is not ["compare" or "burst" or "start" or "--help" or "-h", ..])
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
var burst = new Command("burst", "Many spot nodes at once, and the same with kubectl.") { function, nodes, pods, peers };
burst.SetAction((given, cancellationToken) => SayAsync(Program(given), async program =>
    [await new Burst(program, given.GetValue(nodes), given.GetValue(pods) ?? 30, given.GetValue(peers)).MeasureAsync(cancellationToken)]));
return await new RootCommand("Measures the function against its peers. Without a command: the benchmarks of decoder, planner and finished line.") { compare, burst, start }.Parse(args).InvokeAsync();

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
