using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Tests.EndToEnd;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Sandbox;

// What Lambda does with a process that holds too much, as its users quote the log: "RequestId: … Error: Runtime exited with error: signal:
// killed", "Runtime.ExitError" (aws-solutions-library-samples/cloud-intelligence-dashboards-data-collection#201, awslabs/amazon-s3-find-and-forget#283).
public sealed class OutOfMemoryTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;
    private readonly SimulatedWorld _world = new(TimeProvider.System, 1);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Nobody_is_told_below_the_limit_and_somebody_once_above_it()
    {
        var (time, held, told) = (new FakeTimeProvider(), 0L, 0);
        await using var watch = new MemoryWatch(() => held, 256 * Megabyte, () => told++, time);
        held = 256 * Megabyte;
        time.Advance(MemoryWatch.Between);
        Assert.Equal(0, told);
        held++;
        time.Advance(MemoryWatch.Between * 3);
        held = 0;

        Assert.Equal((1, (256 * Megabyte) + 1), (told, watch.Peak()));
    }

    // An answer may come before the next look by the clock.
    [Fact]
    public async Task A_process_over_its_limit_is_told_of_by_the_look_before_its_answer_and_then_no_more()
    {
        var (time, told) = (new FakeTimeProvider(), 0);
        await using var watch = new MemoryWatch(() => (256 * Megabyte) + 1, 256 * Megabyte, () => told++, time);
        watch.Look();
        time.Advance(MemoryWatch.Between);

        Assert.Equal(1, told);
    }

    // proc(5): VmHWM, "Peak resident set size".
    [Fact]
    public void The_most_that_a_process_ever_held_is_read_from_its_status()
    {
        Assert.Equal(51220 * 1024, ProcessMemory.HighWaterMark(["Name:\tbootstrap", "VmPeak:\t  999999 kB", "VmHWM:\t   51220 kB", "VmRSS:\t   40000 kB"]));
        Assert.Equal(0, ProcessMemory.HighWaterMark(["Name:\tbootstrap", "State:\tZ (zombie)"]));
    }

    [Fact]
    public async Task A_process_over_its_memory_is_killed_and_its_invocation_fails()
    {
        var (end, logs) = await RunAsync(megabytes: 8);

        Assert.Equal(new InvocationEnd.OutOfMemory(8), end);
        Assert.Contains(logs, line => line.EndsWith("Error: Runtime exited with error: signal: killed", StringComparison.Ordinal));
        Assert.Contains(logs, line => line.StartsWith("REPORT RequestId: ", StringComparison.Ordinal)
            && line.EndsWith("Memory Size: 8 MB\tMax Memory Used: 8 MB\tStatus: error\tError Type: Runtime.ExitError", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_within_its_memory_answers_and_the_platform_reports_what_it_used()
    {
        var (end, logs) = await RunAsync(megabytes: 1024);

        Assert.IsType<InvocationEnd.Response>(end);
        Assert.Matches(@"^REPORT RequestId: [^\t]+\tDuration: [0-9.]+ ms\tBilled Duration: [0-9]+ ms\tMemory Size: 1024 MB\tMax Memory Used: [1-9][0-9]+ MB$", logs[^1]);
    }

    [Fact]
    public void Only_those_that_work_run_out_of_memory()
    {
        var environments = new List<Busy>();
        var function = new LambdaFunction(_world, new(), number =>
        {
            environments.Add(new(number));
            return environments[^1];
        });
        var ends = new List<InvocationEnd>();
        function.Invoke("{}", null, ends.Add);
        function.Invoke("{}", null, ends.Add);
        environments[0].Answer();
        function.RunOutOfMemory();

        Assert.Equal([false, true], environments.Select(environment => environment.WasKilled));
        Assert.Equal([new InvocationEnd.Response("{}"), new InvocationEnd.OutOfMemory(256)], ends);
    }

    private async Task<(InvocationEnd End, IReadOnlyList<string> Logs)> RunAsync(int megabytes)
    {
        var logs = new FunctionLogs(_world);
        var ended = new TaskCompletionSource<InvocationEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        var role = _world.Aws.Credentials.AddRole(AwsCloud.DefaultAccount, "node-drainer");
        var settings = new FunctionSettings { MemoryMegabytes = megabytes };
        var process = new ProcessEnvironment(_world, settings, new() { Program = TheFunction.Program, Logs = logs }, _world.Aws.Credentials.Issue(role, "node-drainer"));
        await using (process)
        {
            lock (_world.Gate)
            {
                var invocation = new Invocation("6f8d3a2e-26fc-11e8-bca6-73dbc61c39e7", """{"Records":[]}""", TraceHeader.Start(Guid.Empty.ToString(), _world.Now), settings, _world);
                invocation.Ended += ended.SetResult;
                process.Take(invocation);
            }

            var end = await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
            lock (_world.Gate)
            {
                return (end, [.. logs.Lines.Select(line => line.Text)]);
            }
        }
    }

    private sealed class Busy(int number) : ExecutionEnvironment
    {
        private Invocation? _taken;

        public override string AccessKey => $"ASIATEST{number}";

        public bool WasKilled { get; private set; }

        public override void Take(Invocation invocation) => (_taken = invocation).Begin();

        public void Answer() => _taken!.End(new InvocationEnd.Response("{}"));

        public override void Kill() => WasKilled = true;
    }
}
