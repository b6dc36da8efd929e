using DrainerFunction.Aws;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>What is to be said of the alarms without which a failure stays unseen. Pure.</summary>
internal static class AlarmFindings
{
    private const string Subject = "alarms";

    /// <summary>The metrics that tell by themselves that something was not drained.</summary>
    public static IReadOnlyList<WatchedMetric> Metrics(string functionName, IEnumerable<string> deadLetterQueues, string ownNamespace) =>
    [
        .. deadLetterQueues.Select(queue => new WatchedMetric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue)),
        .. ((string Space, string Metric)[])[("AWS/Lambda", "Errors"), ("AWS/Lambda", "Throttles"), (ownNamespace, "DeadlineMissed"), (ownNamespace, "ClusterUnreachable")]
            is var ofFunction ? ofFunction.Select(metric => new WatchedMetric(metric.Space, metric.Metric, "FunctionName", functionName)) : [],
    ];

    public static Finding Of(Observation<IReadOnlyList<AlarmsOfMetric>> looked, AwsScope scope) => Finding.Of(
        CheckItem.Alarms,
        Subject,
        looked,
        Sentence,
        $"Deploy the alarms of template.yaml with AlarmTopicArn; where their actions are switched off: aws cloudwatch enable-alarm-actions --region {scope.Region} --alarm-names NAMES");

    private static string? Sentence(IReadOnlyList<AlarmsOfMetric> metrics)
    {
        var unwatched = metrics.Where(watched => watched.Alarms is []).Select(watched => $"{watched.Metric.Namespace} {watched.Metric.Name} of {watched.Metric.Value}").ToList();
        var silent = metrics.Where(watched => watched.Alarms is not [] && !watched.Alarms.Any(alarm => alarm.Tells)).Select(watched => watched.Alarms[0].Name).ToList();
        string[] sentences =
        [
            .. unwatched is [] ? [] : (string[])[$"No alarm watches {string.Join(", ", unwatched)}: a failure there stays unseen."],
            .. silent is [] ? [] : (string[])[Silent(silent)],
        ];
        return sentences is [] ? null : string.Join(' ', sentences);
    }

    private static string Silent(List<string> alarms) => $"{(alarms is [_] ? "Alarm" : "Alarms")} {string.Join(", ", alarms)} {(alarms is [_] ? "notifies" : "notify")} nothing: no action, or its actions are disabled.";
}

/// <param name="Alarms">Those on this metric.</param>
internal sealed record AlarmsOfMetric(WatchedMetric Metric, IReadOnlyList<Alarm> Alarms);
