using System.Text.Json;

namespace DrainerFunction.Reporting.Metrics;

/// <summary>The published rules of CloudWatch's embedded metric format, held against every line that we write.</summary>
public sealed class EmbeddedMetricsTests
{
    private static readonly string[] Units =
    [
        "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count",
        "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second",
        "Terabits/Second", "Count/Second", "None",
    ];

    [Fact]
    public void Every_line_is_a_valid_document() => Assert.All(EveryLine(), Validate);

    [Fact]
    public void Every_metric_is_written_and_is_in_the_documentation()
    {
        var written = EveryLine().SelectMany(Metrics).Select(metric => metric.GetProperty("Name").GetString()!).ToHashSet();
        var document = Documents.Read("docs/metrics.md");

        Assert.All(Known(), metric => Assert.Contains(metric.Name, written));
        Assert.All(Known(), metric => Assert.Contains($"| `{metric.Name}` | {metric.Unit} |", document, StringComparison.Ordinal));
        Assert.Subset(Known().Select(metric => metric.Name).ToHashSet(), written);
    }

    [Fact]
    public void Each_metric_is_summed_over_all_and_a_few_are_told_apart_too()
    {
        var line = Stories.Finished(Stories.Drained());

        Assert.Equal(["FunctionName"], DimensionsOf(line, "PodsEvicted").Single());
        Assert.Equal([["FunctionName"], ["FunctionName", "Kind"], ["FunctionName", "Outcome"], ["FunctionName", "Cluster"]], DimensionsOf(line, "Interruptions"));
        Assert.Equal([["FunctionName"], ["FunctionName", "Kind"]], DimensionsOf(line, "NoticeLeft"));
        Assert.Equal("SpotReclaim", line.GetProperty("Kind").GetString());
        Assert.Equal("Drained", line.GetProperty("Outcome").GetString());
        Assert.Equal("drainer", line.GetProperty("FunctionName").GetString());
    }

    [Fact]
    public void The_numbers_are_those_of_the_report()
    {
        var line = Stories.Finished(Stories.Drained());

        Assert.Equal(810, line.GetProperty("TimeToCordon").GetDouble());
        Assert.Equal(20, line.GetProperty("DrainTime").GetDouble());
        Assert.Equal(97, line.GetProperty("NoticeLeft").GetDouble());
        Assert.Equal(4, line.GetProperty("PodsEvicted").GetInt32());
        Assert.Equal(1, line.GetProperty("GraceCut").GetInt32());
        Assert.Equal(1, line.GetProperty("BudgetsBypassed").GetInt32());
        Assert.Equal(1, line.GetProperty("PodsStuck").GetInt32());
        Assert.Equal(0, line.GetProperty("DeadlineMissed").GetInt32());
        Assert.Equal(2, line.GetProperty("Heartbeats").GetInt32());
    }

    [Fact]
    public void A_missed_deadline_counts_and_leaves_no_notice()
    {
        var report = Stories.Drained();
        report = report with { Outcome = InterruptionOutcome.DeadlineMissed, CompletedAt = report.Bounds!.End.AddSeconds(5) };

        var line = Stories.Finished(report);

        Assert.Equal(1, line.GetProperty("DeadlineMissed").GetInt32());
        Assert.Equal(0, line.GetProperty("NoticeLeft").GetDouble());
    }

    [Theory]
    [InlineData(InterruptionOutcome.Continues)]
    [InlineData(InterruptionOutcome.Waits)]
    [InlineData(InterruptionOutcome.Superseded)]
    internal void A_story_that_goes_on_elsewhere_is_not_counted_twice(InterruptionOutcome outcome)
    {
        var report = Stories.Drained();
        report = report with { Outcome = outcome };

        var line = Stories.Finished(report);

        Assert.False(line.TryGetProperty("Interruptions", out _));
        Assert.False(line.TryGetProperty("DrainTime", out _));
        Assert.True(line.TryGetProperty("PodsEvicted", out _));
    }

    [Fact]
    public void What_belongs_to_an_interruption_that_is_counted_has_a_counter_of_its_own_and_measures_nothing()
    {
        var drained = Stories.Drained();

        var line = Stories.Finished(drained with { Outcome = InterruptionOutcome.AlreadyHandled, Kinds = [Interruptions.InterruptionKind.StateChange], Drain = Stories.Drain(0) with { Pods = [] } });

        Assert.Equal(1, line.GetProperty("AlreadyHandled").GetInt32());
        Assert.All(["Interruptions", "DrainTime", "NoticeLeft", "DeadlineMissed", "TimeToCordon", "Heartbeats", "PodsEvicted"], metric => Assert.False(line.TryGetProperty(metric, out _), metric));
    }

    [Fact]
    public void Twenty_clusters_have_metrics_of_their_own_and_the_others_share_one()
    {
        var lines = Stories.Lines(reporter =>
        {
            foreach (var number in Enumerable.Range(0, 25).Append(3))
            {
                reporter.Finished(Stories.Drained() with { Cluster = new(Stories.Scope, $"c-{number}") }, "r");
            }
        });

        var named = lines.Select(line => line.GetProperty("Cluster").GetString()).ToList();
        Assert.Equal([.. Enumerable.Range(0, 20).Select(number => $"c-{number}"), .. Enumerable.Repeat("(others)", 5), "c-3"], named);
        Assert.All(lines, line => Assert.Equal(
            ["Interruptions", "DrainTime", "DeadlineMissed"],
            line.GetProperty("_aws").GetProperty("CloudWatchMetrics").EnumerateArray()
                .Single(directive => directive.GetProperty("Dimensions")[0].EnumerateArray().Any(name => name.GetString() == "Cluster"))
                .GetProperty("Metrics").EnumerateArray().Select(metric => metric.GetProperty("Name").GetString())));
        Assert.False(Stories.Finished(Stories.Found() with { Cluster = null, Outcome = InterruptionOutcome.NotOurs }).TryGetProperty("Cluster", out _));
    }

    [Theory]
    [InlineData(InterruptionOutcome.NoNode, Interruptions.InterruptionKind.StateChange, false)]
    [InlineData(InterruptionOutcome.NoNode, Interruptions.InterruptionKind.Termination, true)]
    [InlineData(InterruptionOutcome.NotOurs, Interruptions.InterruptionKind.StateChange, false)]
    [InlineData(InterruptionOutcome.DeadlineMissed, Interruptions.InterruptionKind.StateChange, true)]
    internal void A_state_change_counts_only_if_it_moved_a_pod_or_was_late(InterruptionOutcome outcome, Interruptions.InterruptionKind kind, bool counts)
    {
        var report = Stories.Found() with { Outcome = outcome, Kinds = [kind], Drain = null };

        Assert.Equal(counts, Stories.Finished(report).TryGetProperty("Interruptions", out _));
    }

    [Fact]
    public void The_time_to_the_cordon_is_that_of_the_first_invocation_only()
    {
        var later = new InterruptionReport
        {
            Scope = Stories.Scope, InstanceId = "i-1", Kinds = [Interruptions.InterruptionKind.Termination], MessageIds = [], ReceivedAt = Stories.Ten, FirstSeen = Stories.Ten, EventAt = Stories.Ten,
            Attempt = 1, CordonedAt = Stories.Ten, Outcome = InterruptionOutcome.Drained,
        };

        Assert.False(Stories.Finished(later).TryGetProperty("TimeToCordon", out _));
    }

    [Fact]
    public void A_batch_is_a_line_and_each_cluster_that_was_not_reached_one_more()
    {
        var lines = Stories.Lines(reporter => reporter.BatchFinished(Batch()));

        Assert.Equal(["batch", "clusterUnreachable", "clusterUnreachable"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal(2, lines[0].GetProperty("ClusterUnreachable").GetInt32());
        Assert.Equal(["FunctionName"], DimensionsOf(lines[0], "ClusterUnreachable").Single());
        Assert.Equal(["FunctionName", "ClusterName"], DimensionsOf(lines[1], "ClusterUnreachable").Single());
        Assert.Equal("prod", lines[1].GetProperty("ClusterName").GetString());
        Assert.Equal(1.25, lines[0].GetProperty("QueueAge").GetDouble());
        Assert.Equal(1, lines[0].GetProperty("ColdStarts").GetInt32());
    }

    [Fact]
    public void The_namespace_is_the_setting_s() =>
        Assert.All(
            Stories.Finished(Stories.Drained(), new() { MetricsNamespace = "Mine/Own" }).GetProperty("_aws").GetProperty("CloudWatchMetrics").EnumerateArray(),
            directive => Assert.Equal("Mine/Own", directive.GetProperty("Namespace").GetString()));

    [Fact]
    public void The_alarms_of_the_template_watch_metrics_that_exist_with_the_dimensions_that_they_have()
    {
        var template = Documents.Read("template.yaml");

        Assert.All(["DeadlineMissed", "ClusterUnreachable"], name =>
        {
            Assert.Contains($"MetricName: {name}", template, StringComparison.Ordinal);
            Assert.Contains(EveryLine(), line => DimensionsOf(line, name).Any(dimensions => dimensions is ["FunctionName"]));
        });
    }

    [Fact]
    public void Pods_that_are_not_ready_are_told_apart_by_cluster_and_summed_once()
    {
        var lines = Stories.Lines(reporter => reporter.CheckFinished(Check()));

        Assert.Equal([["FunctionName"]], DimensionsOf(lines[0], "PodsNotReady"));
        Assert.Equal([["FunctionName", "ClusterName"]], DimensionsOf(lines[1], "PodsNotReady"));
        Assert.Equal((7, 3), (lines[0].GetProperty("PodsNotReady").GetInt32(), lines[0].GetProperty("CheckProblems").GetInt32()));
        Assert.Equal([("blue", 2), ("green", 5)], lines.Skip(1).Select(line => (line.GetProperty("ClusterName").GetString()!, line.GetProperty("PodsNotReady").GetInt32())));
    }

    private static CheckReport Check() => new(
        "r", IsOk: false, Problems: 3, NotChecked: 1, "Set-up: 3 problems.",
        [new(new(new("123456789012", "eu-west-1"), "blue"), "wouldBeCut", 20, 2), new(new(new("123456789012", "eu-west-1"), "green"), "wouldBeLost", 30, 5)]);

    private static IReadOnlyList<JsonElement> EveryLine()
    {
        var reports = Enum.GetValues<InterruptionOutcome>().Select(outcome =>
        {
            var report = Stories.Drained(pods: 60);
            report = report with { Outcome = outcome };
            return report;
        }).Append(Stories.Found());
        return
        [
            .. reports.Select(report => Stories.Finished(report)),
            .. Stories.Lines(reporter => reporter.BatchFinished(Batch())),
            .. Stories.Lines(reporter => reporter.BatchFinished(new() { RequestId = "r", ReceivedAt = Stories.Ten })),
            .. Stories.Lines(reporter => reporter.CheckFinished(Check())),
        ];
    }

    private static BatchReport Batch()
    {
        var batch = new BatchReport
        {
            RequestId = "r-1", ReceivedAt = Stories.Ten, Messages = 10, QueueAge = TimeSpan.FromSeconds(1.25), IsColdStart = true, Ignored = 1, Malformed = 2, SentOn = 3, Failed = 2, ApiRequests = 44, CallsThrottled = 5,
        };
        batch.CouldNotReach(new(Stories.Scope, "prod"));
        batch.CouldNotReach(new(Stories.Scope, "test"));
        batch.CouldNotReach(new(Stories.Scope, "prod"));
        return batch;
    }

    private static void Validate(JsonElement line)
    {
        var names = line.EnumerateObject().Select(member => member.Name).ToList();
        Assert.Equal(names.Distinct(), names);
        var aws = line.GetProperty("_aws");
        Assert.InRange(aws.GetProperty("Timestamp").GetInt64(), 1_500_000_000_000, 4_000_000_000_000);
        Assert.True(line.GetRawText().Length < 256 * 1024);
        foreach (var directive in aws.GetProperty("CloudWatchMetrics").EnumerateArray())
        {
            Assert.Matches(@"^[0-9A-Za-z.\-_/#:]{1,255}$", directive.GetProperty("Namespace").GetString()!);
            foreach (var set in directive.GetProperty("Dimensions").EnumerateArray().Select(set => set.EnumerateArray().Select(name => name.GetString()!).ToList()))
            {
                Assert.InRange(set.Count, 0, 30);
                Assert.All(set, name => Assert.InRange(line.GetProperty(name).GetString()!.Length, 1, 1024));
            }

            var metrics = directive.GetProperty("Metrics").EnumerateArray().ToList();
            Assert.InRange(metrics.Count, 1, 100);
            Assert.All(metrics, metric => Validate(line, metric));
        }
    }

    private static void Validate(JsonElement line, JsonElement metric)
    {
        var name = metric.GetProperty("Name").GetString()!;
        Assert.InRange(name.Length, 1, 1024);
        Assert.Contains(metric.GetProperty("Unit").GetString(), Units);
        Assert.InRange(line.GetProperty(name).GetDouble(), 0, 1e15);
    }

    private static List<List<string>> DimensionsOf(JsonElement line, string metric) =>
        [.. from directive in line.GetProperty("_aws").GetProperty("CloudWatchMetrics").EnumerateArray()
            where directive.GetProperty("Metrics").EnumerateArray().Any(one => one.GetProperty("Name").GetString() == metric)
            from set in directive.GetProperty("Dimensions").EnumerateArray()
            select set.EnumerateArray().Select(name => name.GetString()!).ToList()];

    private static IEnumerable<JsonElement> Metrics(JsonElement line) =>
        line.GetProperty("_aws").GetProperty("CloudWatchMetrics").EnumerateArray().SelectMany(directive => directive.GetProperty("Metrics").EnumerateArray());

    private static IEnumerable<Metric> Known() =>
        typeof(Metric).GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static).Select(field => field.GetValue(null)).OfType<Metric>();
}
