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
            is var ofFunction ? ofFunction.Select(one => new WatchedMetric(one.Space, one.Metric, "FunctionName", functionName)) : [],
    ];

    public static Finding Of(Observation<IReadOnlyList<AlarmsOfMetric>> looked, AwsScope scope)
    {
        if (looked.IsRefused)
        {
            return Finding.NotChecked(CheckItem.Alarms, Subject, looked.WhyNot);
        }

        var unwatched = looked.Seen.Where(one => one.Alarms is []).Select(one => $"{one.Metric.Namespace} {one.Metric.Name} of {one.Metric.Value}").ToList();
        var silent = looked.Seen.Where(one => one.Alarms is not [] && !one.Alarms.Any(alarm => alarm.Tells)).Select(one => one.Alarms[0].Name).ToList();
        return Finding.Of(
            CheckItem.Alarms,
            Subject,
            (unwatched, silent) switch
            {
                ([], []) => null,
                (_, []) => $"No alarm watches {string.Join(", ", unwatched)}: a failure there stays unseen.",
                ([], _) => Silent(silent),
                _ => $"No alarm watches {string.Join(", ", unwatched)}: a failure there stays unseen. {Silent(silent)}",
            },
            $"Deploy the alarms of template.yaml with AlarmTopicArn; where their actions are switched off: aws cloudwatch enable-alarm-actions --region {scope.Region} --alarm-names NAMES");
    }

    private static string Silent(List<string> alarms) => $"{(alarms is [_] ? "Alarm" : "Alarms")} {string.Join(", ", alarms)} {(alarms is [_] ? "notifies" : "notify")} nothing: no action, or its actions are disabled.";
}

/// <param name="Alarms">Those on this metric.</param>
internal sealed record AlarmsOfMetric(WatchedMetric Metric, IReadOnlyList<Alarm> Alarms);
