using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Bench;

/// <summary>From the start of a process until it asks for its first invocation: what Lambda waits for in a cold start.</summary>
internal static class StartUp
{
    private static readonly string[] Boto3 = ["-c", "import boto3; s = boto3.session.Session(region_name='eu-central-1'); [s.client(n) for n in ('ec2', 'autoscaling', 'sqs', 'eks', 'sts')]"];

    public static async Task<string> MeasureAsync(FunctionProgram program, int times, CancellationToken cancellationToken)
    {
        var ours = new List<TimeSpan?>();
        var nothing = new List<TimeSpan?>();
        var python = new List<TimeSpan?>();
        for (var i = 0; i < times; i++)
        {
            ours.Add(await FirstNextAsync(program, 512, cancellationToken));
            nothing.Add(await LifetimeAsync("/bin/true", [], cancellationToken));
            python.Add(i < 3 ? await LifetimeAsync("python3", Boto3, cancellationToken) : null);
        }

        var (median, peer) = (Median.Of(ours), Median.Of(python));
        var table = new Table("process start → ready", "median", "best", "worst");
        table.Add("ours: first GET /next", Table.Milliseconds(median), Table.Milliseconds(ours.Min()), Table.Milliseconds(ours.Max()));
        table.Add("Python: boto3 and five clients imported", Table.Milliseconds(peer), Table.Milliseconds(python.Min()), Table.Milliseconds(python.Max()));
        table.Add("/bin/true", Table.Milliseconds(Median.Of(nothing)), Table.Milliseconds(nothing.Min()), Table.Milliseconds(nothing.Max()));
        return string.Create(CultureInfo.InvariantCulture,
            $"{table}\n\n{times} fresh processes. Wanted under 30 ms: {Table.Met(median?.TotalMilliseconds, 30)}. Ours to Python's: {Table.Ratio(median?.TotalMilliseconds, peer?.TotalMilliseconds)}.");
    }

    public static async Task<TimeSpan?> FirstNextAsync(FunctionProgram program, int memory, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var start = program.StartInfo();
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = listener.LocalEndpoint.ToString();
        start.Environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = memory.ToString(CultureInfo.InvariantCulture);
        start.Environment["AWS_REGION"] = "eu-central-1";
        start.Environment["AWS_ACCESS_KEY_ID"] = "bench";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "bench";
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        try
        {
            using var caller = await listener.AcceptTcpClientAsync(cancellationToken);
            var buffer = new byte[4096];
            var read = await caller.GetStream().ReadAsync(buffer, cancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            return Encoding.ASCII.GetString(buffer, 0, read).StartsWith("GET /2018-06-01/runtime/invocation/next", StringComparison.Ordinal) ? took
                : throw new InvalidOperationException($"The function did not ask for an invocation: {Encoding.ASCII.GetString(buffer, 0, read)}");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<TimeSpan?> LifetimeAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(began) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
