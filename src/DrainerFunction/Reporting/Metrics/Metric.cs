namespace DrainerFunction.Reporting.Metrics;

/// <summary>CloudWatch's words for the units in use.</summary>
internal enum MetricUnit
{
    Count,
    Seconds,
    Milliseconds,
}

/// <summary>A metric: its name is also the field of the log line that holds its value.</summary>
internal sealed record Metric(string Name, MetricUnit Unit)
{
    public static readonly Metric Interruptions = new("Interruptions", MetricUnit.Count);
    public static readonly Metric AlreadyHandled = new("AlreadyHandled", MetricUnit.Count);
    public static readonly Metric TimeToCordon = new("TimeToCordon", MetricUnit.Milliseconds);
    public static readonly Metric DrainTime = new("DrainTime", MetricUnit.Seconds);
    public static readonly Metric NoticeLeft = new("NoticeLeft", MetricUnit.Seconds);
    public static readonly Metric PodsEvicted = new("PodsEvicted", MetricUnit.Count);
    public static readonly Metric GraceCut = new("GraceCut", MetricUnit.Count);
    public static readonly Metric BudgetsBypassed = new("BudgetsBypassed", MetricUnit.Count);
    public static readonly Metric DeadlineMissed = new("DeadlineMissed", MetricUnit.Count);
    public static readonly Metric PodsStuck = new("PodsStuck", MetricUnit.Count);
    public static readonly Metric QueueAge = new("QueueAge", MetricUnit.Seconds);
    public static readonly Metric Retries = new("Retries", MetricUnit.Count);
    public static readonly Metric Heartbeats = new("Heartbeats", MetricUnit.Count);
    public static readonly Metric ApiRequests = new("ApiRequests", MetricUnit.Count);
    public static readonly Metric CallsThrottled = new("CallsThrottled", MetricUnit.Count);
    public static readonly Metric ColdStarts = new("ColdStarts", MetricUnit.Count);
    public static readonly Metric ClusterUnreachable = new("ClusterUnreachable", MetricUnit.Count);
    public static readonly Metric Ignored = new("Ignored", MetricUnit.Count);
    public static readonly Metric CheckProblems = new("CheckProblems", MetricUnit.Count);
    public static readonly Metric PodsNotReady = new("PodsNotReady", MetricUnit.Count);
    public static readonly Metric Malformed = new("Malformed", MetricUnit.Count);
}
