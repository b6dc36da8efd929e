using System.Globalization;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Planning;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Logging;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Bench.Micro;

/// <summary>The line that ends an interruption, with everything in it that a drain of so many pods fills in.</summary>
internal sealed class FinishedLine : IDisposable
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly JsonLinesLoggers _loggers;
    private readonly Reporter _reporter;
    private readonly InterruptionReport _report;

    public FinishedLine(int pods, Stream output)
    {
        var lines = new LineOutput(output);
        _loggers = new(lines, LogLevel.Information, TimeProvider.System);
        _reporter = new(new(), "node-drainer", lines, TimeProvider.System, _loggers.CreateLogger<Reporter>());
        _report = Drained(pods);
    }

    public void Write() => _reporter.Finished(_report, "5f8c0c1e-0000-4000-8000-000000000000");

    public void Dispose() => _loggers.Dispose();

    private static InterruptionReport Drained(int pods)
    {
        var scope = new AwsScope("123456789012", "eu-west-1");
        return new()
        {
            Scope = scope,
            InstanceId = "i-0123456789abcdef0",
            Kinds = [InterruptionKind.Termination],
            MessageIds = ["059f36b4-87a3-44ab-83d2-661975830a7d"],
            ReceivedAt = Ten,
            FirstSeen = Ten,
            EventAt = Ten.AddSeconds(-1),
            Attempt = 0,
            Chain = new("1795341600000-m-1.000000"),
            Cluster = new(scope, "shop"),
            NodeName = "ip-10-0-1-2.eu-west-1.compute.internal",
            Hooks = [new("workers", "node-drainer")],
            Bounds = Bounds.Of(new Bound.Machine(Ten.AddSeconds(117), Ten)),
            ResolvedAt = Ten.AddMilliseconds(20),
            CordonedAt = Ten.AddMilliseconds(25),
            CompletedAt = Ten.AddSeconds(8),
            Outcome = InterruptionOutcome.Drained,
            Why = "nothing is left to evict",
            Reply = LifecycleReply.Continue,
            Fates = [new MessageFate.Handled()],
            Drain = new()
            {
                PodsWereListed = true,
                Pods = [.. Enumerable.Range(0, pods).Select(Gone)],
                RequestsSent = pods + 4,
                Retries = 0,
                StartedAt = Ten.AddMilliseconds(25),
                EndedAt = Ten.AddSeconds(8),
                TimeLeft = TimeSpan.FromSeconds(109),
            },
        };
    }

    private static PodReport Gone(int number) => new()
    {
        Name = new("shop", string.Create(CultureInfo.InvariantCulture, $"web-7d4b9c6f5-{number:x5}"), $"u-{number}"),
        Disposition = new Disposition.Evict(null),
        AskedAt = Ten.AddMilliseconds(30),
        AcceptedAt = Ten.AddMilliseconds(40),
        TerminatingAt = Ten.AddMilliseconds(45),
        GoneAt = Ten.AddSeconds(2).AddMilliseconds(10 * number),
        Requests = 1,
    };
}
