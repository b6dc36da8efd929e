using System.Text;
using System.Text.Json;
using DrainerFunction.Aws;
using DrainerFunction.Continuations;
using DrainerFunction.Draining;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Planning;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Reporting;

/// <summary>Reports as the handlers fill them in, and the lines that come of them.</summary>
internal static class Stories
{
    public static readonly DateTimeOffset Ten = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public static readonly AwsScope Scope = new("123456789012", "eu-west-1");

    public static InterruptionReport Found(string instanceId = "i-0123456789abcdef0") => new()
    {
        Scope = Scope,
        InstanceId = instanceId,
        Kinds = [InterruptionKind.Termination, InterruptionKind.SpotReclaim],
        MessageIds = ["m-1", "m-2"],
        ReceivedAt = Ten,
        FirstSeen = Ten.AddSeconds(-1),
        EventAt = Ten.AddSeconds(-3),
        Attempt = 0,
        QueueAge = TimeSpan.FromMilliseconds(750),
        Chain = new("1795341600000-m-1.000000"),
    };

    public static InterruptionReport Drained(int pods = 3)
    {
        var report = Found();
        report = report with { Cluster = new(Scope, "prod") };
        report = report with { NodeName = "ip-10-0-1-2.eu-west-1.compute.internal" };
        report = report with
        {
            Node = new()
            {
                Metadata = new() { Name = report.NodeName, Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = "eu-west-1a", ["node.kubernetes.io/instance-type"] = "m7g.large" } },
                Spec = new() { ProviderID = $"aws:///eu-west-1a/{report.InstanceId}" },
            }
        };
        report = report with { Hooks = [new("web", "node-drainer")] };
        report = report with { Settings = [new("FORCE_BEFORE_DEADLINE", "false", "tag node-drainer/FORCE_BEFORE_DEADLINE")] };
        report = report with { Bounds = Bounds.Of(new Bound.Machine(Ten.AddSeconds(117), Ten)) };
        report = report with { ResolvedAt = Ten.AddMilliseconds(40) };
        report = report with { CordonedAt = Ten.AddMilliseconds(60) };
        report = report with { Drain = Drain(pods) };
        report = report with { CompletedAt = Ten.AddSeconds(20) };
        report = report with { Heartbeats = 2 };
        report = report with { HeartbeatTimes = [Ten.AddSeconds(1), Ten.AddSeconds(16)] };
        report = report with { Outcome = InterruptionOutcome.Drained };
        report = report with { Why = "nothing is left to evict" };
        report = report with { Reply = LifecycleReply.Continue };
        report = report with { Fates = [new MessageFate.Handled(), new MessageFate.SendOn(TimeSpan.FromSeconds(10), "AWS does not confirm the interruption yet")] };
        return report;
    }

    public static DrainReport Drain(int pods) => new()
    {
        PodsWereListed = true,
        Pods =
        [
            .. Enumerable.Range(0, pods).Select(Gone),
            new() { Name = new("shop", "cart-0", "u-cart"), Disposition = new Disposition.Await("terminating", null), AskedAt = Ten, HeldBy = "shop/cart", AcceptedAt = Ten.AddSeconds(9), BypassedObstacle = "cart", GraceWasCut = true, Requests = 4, TerminatingAt = Ten.AddSeconds(9), GoneAt = Ten.AddSeconds(19) },
            new() { Name = new("kube-system", "aws-node-x", "u-ds"), Disposition = new Disposition.Leave("owned by the DaemonSet aws-node") },
            new() { Name = new("shop", "stuck-0", "u-stuck"), Disposition = new Disposition.Await("terminating", null), AskedAt = Ten, AcceptedAt = Ten, TerminatingAt = Ten, IsStuck = true, Requests = 1 },
        ],
        RequestsSent = pods + 9,
        Retries = 3,
        StartedAt = Ten.AddMilliseconds(60),
        EndedAt = Ten.AddSeconds(20),
        TimeLeft = TimeSpan.FromSeconds(97),
    };

    public static JsonElement Finished(InterruptionReport report, DrainerOptions? options = null, string requestId = "r-1", DateTimeOffset? at = null) =>
        Assert.Single(Lines(reporter => reporter.Finished(report, requestId), options, at));

    public static IReadOnlyList<JsonElement> Lines(Action<Reporter> report, DrainerOptions? options = null, DateTimeOffset? at = null)
    {
        using var written = new MemoryStream();
        var (output, time) = (new LineOutput(written), new FakeTimeProvider(at ?? Ten.AddSeconds(21)));
        using var loggers = new JsonLinesLoggers(output, LogLevel.Error, time);
        report(new Reporter(options ?? new(), "drainer", output, time, loggers.CreateLogger<Reporter>()));
        var text = Encoding.UTF8.GetString(written.ToArray());
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static PodReport Gone(int number) => new()
    {
        Name = new("shop", $"web-{number}", $"u-{number}"),
        Disposition = new Disposition.Evict(null),
        AskedAt = Ten.AddMilliseconds(100),
        AcceptedAt = Ten.AddMilliseconds(120),
        TerminatingAt = Ten.AddMilliseconds(130),
        GoneAt = Ten.AddMilliseconds(130 + (100 * number)),
        Requests = 1,
    };
}
