using DrainerFunction.Aws;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>Asks Lambda, SQS, EventBridge and CloudWatch of the function's own account and region.</summary>
internal sealed class DeliverySurvey(IAwsClients aws, IQueues queues, DrainerOptions options)
{
    public async Task<DeliveryFacts> LookAsync(AwsScope own, string functionName, CancellationToken spent)
    {
        var region = aws.In(own);
        var sources = await Observation.TryAsync(() => region.EventSources.ListAsync(functionName, spent), spent);
        Uri[] polled = sources.IsRefused ? options.QueueUrl is { } url ? [url] : [] : [.. sources.Seen.Select(source => queues.UrlOf(source.QueueArn))];
        var seen = await DescribeAsync(polled, spent);
        Uri[] dead = [.. seen.Select(queue => queue.State.Seen?.DeadLetterQueueArn).OfType<string>().Distinct().Select(queues.UrlOf)];
        var watched = AlarmFindings.Metrics(functionName, dead.Select(queue => queue.Segments[^1]), options.MetricsNamespace);
        return new()
        {
            Scope = own,
            FunctionName = functionName,
            Sources = sources,
            Queues = seen,
            DeadLetters = await DescribeAsync(dead, spent),
            Rules = seen.Any(queue => queue.State.Seen is not null)
                ? await Observation.TryAsync(() => RulesAsync(region, seen.Select(queue => queue.State.Seen?.QueueArn).OfType<string>(), spent), spent)
                : new(null, "No queue could be looked at, so its rules could not be either."),
            Alarms = await Observation.TryAsync(() => AlarmsAsync(region, watched, spent), spent),
            Elsewhere = [.. AwsScope.AllOf(options, own).Where(scope => scope != own)],
        };
    }

    private async Task<IReadOnlyList<(string Name, Observation<QueueState> State)>> DescribeAsync(IEnumerable<Uri> urls, CancellationToken spent)
    {
        var states = new List<(string Name, Observation<QueueState> State)>();
        foreach (var url in urls)
        {
            states.Add((url.Segments[^1], await Observation.TryAsync(() => queues.DescribeAsync(url, spent), spent)));
        }

        return states;
    }

    private static async Task<IReadOnlyList<EventRule>> RulesAsync(AwsRegion region, IEnumerable<string> queueArns, CancellationToken spent)
    {
        var rules = new List<EventRule>();
        foreach (var arn in queueArns)
        {
            rules.AddRange(await region.EventRules.ListAsync(arn, spent));
        }

        return rules;
    }

    private static async Task<IReadOnlyList<AlarmsOfMetric>> AlarmsAsync(AwsRegion region, IReadOnlyList<WatchedMetric> metrics, CancellationToken spent)
    {
        var alarms = new List<AlarmsOfMetric>();
        foreach (var metric in metrics)
        {
            alarms.Add(new(metric, await region.Alarms.ListAsync(metric, spent)));
        }

        return alarms;
    }
}
