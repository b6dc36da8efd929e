using System.Text.Json;
using DrainerFunction.Aws;
using DrainerFunction.Batches;
using DrainerFunction.Continuations;
using DrainerFunction.Draining;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.DirectInvocations;

/// <summary>
/// A drain by hand. What can be refused is refused at once; the rest becomes messages and goes the way of every interruption:
/// one for the drain, and one for each hook of the function that holds the instance already, so that it is kept waiting and answered.
/// </summary>
internal sealed class DrainHandler(InstanceLookup lookup, BatchHandler batches, DrainerOptions options, TimeProvider time)
{
    public async Task<DrainAnswer> HandleAsync(InvocationRequest.Drain asked, AwsScope own, ExecutionBudget budget, string requestId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (asked.Deadline <= now)
        {
            throw new PayloadException($"drain.deadline must be in the future; the current time is {now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.");
        }

        if (asked.Deadline is { } by && !PlausibleInstants.IsOrdered(by, now))
        {
            throw new PayloadException($"drain.deadline must lie within {PlausibleInstants.LongestOrder.TotalHours:0} hours; it is {now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} now.");
        }

        var scope = new AwsScope(asked.Instance.Account ?? own.Account, asked.Instance.Region ?? own.Region);
        var answer = new DrainAnswer { Outcome = "", Why = "", Instance = asked.Instance.InstanceId, Account = scope.Account, Region = scope.Region };
        if (BatchTriage.Foreign(scope, own, options) is { } foreign)
        {
            return answer with { Outcome = "notOurs", Why = foreign };
        }

        var facts = await lookup.DescribeAsync(scope, asked.Instance.InstanceId, cancellationToken);
        if (Refusal(facts) is var (outcome, why))
        {
            return answer with { Outcome = outcome, Why = why };
        }

        var messages = new SyntheticRecords(requestId, now);
        var records = new List<SqsRecord> { messages.DrainRequest(scope, asked.Instance.InstanceId, asked.Deadline, asked.Force) };
        records.AddRange(lookup.WaitingHooksOf(facts).Where(hook => hook.Transition == LifecycleStates.Terminating).Select(hook => messages.Lifecycle(scope, facts.InGroup!, hook)));
        var end = await batches.HandleAsync(records, own, budget, requestId, cancellationToken);
        return end.Reports is [var report, ..] ? Describe(answer, report, end) : answer with { Outcome = "refused", Why = end.LeftAlone.Select(left => left.Why).FirstOrDefault("the function failed; see its log") };
    }

    private (string Outcome, string Why)? Refusal(InstanceFacts facts) => facts.Instance switch
    {
        null when facts.Problems is [var trouble, ..] => ("refused", trouble),
        null => ("refused", "EC2 reports no such instance in this account and region"),
        { IsGoing: true, Life: var life } => ("refused", $"EC2 reports the instance as {life}: no kubelet can terminate its pods"),
        var instance when InstanceOwnership.WhyForeign(instance, options) is { } why => ("notOurs", why),
        _ => null,
    };

    private static DrainAnswer Describe(DrainAnswer answer, InterruptionReport report, BatchResult end)
    {
        var goesOn = report.Fates.Any(fate => fate is MessageFate.SendOn);
        return answer with
        {
            Outcome = goesOn || end.Failures is not [] ? "unfinished" : JsonNamingPolicy.CamelCase.ConvertName(report.Outcome.ToString()),
            Why = goesOn && end.Failures is not [] ? $"{report.Why}; the rest could not be forwarded: QUEUE_URL must name the function's queue" : report.Why,
            SentOn = goesOn && end.Failures is [],
            Cluster = report.Cluster?.Name,
            Node = report.NodeName,
            Deadline = report.Bounds?.End,
            DeadlineKind = report.Bounds?.Deciding.Word,
            Pods = report.Drain is { } drain ? Pods(drain) : null,
            Hooks = [.. report.Hooks.Select(hook => $"{hook.Group}/{hook.Hook}")],
            HookReply = report.Hooks is [] ? null : JsonNamingPolicy.CamelCase.ConvertName(report.Reply.ToString()),
        };
    }

    private static DrainAnswerPods Pods(DrainReport drain) => new(
        drain.Evicted.Count(),
        drain.Deleted.Count(),
        drain.Left.Count(),
        [.. drain.Remaining.Select(pod => pod.Name.ToString())],
        [.. drain.BypassedObstacles],
        Math.Round(drain.TimeUsed.TotalSeconds, 3));
}
