using System.Diagnostics;
using DrainerFunction.Intake;
using DrainerFunction.Reporting;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// One interrupted instance in one invocation: resolve it to its node, skip it, retry it later, undo, wait for a launch, or
/// cordon and drain; then complete its hooks and say what becomes of its messages.
/// </summary>
internal sealed class InterruptionHandler(
    InterruptionContextFactory contexts,
    NodeResolver resolver,
    CordonStage cordon,
    ActionStage action,
    LaunchStage launch,
    CompletionStage completion,
    MemoryGuard memory,
    RetryInPlace retries,
    Reporter reporter,
    TimeProvider time,
    ILogger<InterruptionHandler> logger)
{
    /// <summary>What messages of the batch remember of hooks holds for all of it, before the first of them is asked for.</summary>
    public void Recall(IEnumerable<InterruptedInstance> instances) => contexts.Recall(instances);

    /// <param name="leaseLost">Cancelled when another invocation has its messages.</param>
    /// <returns>What becomes of each message, by its id.</returns>
    public async Task<IReadOnlyDictionary<string, MessageResult>> HandleAsync(InterruptedInstance instance, BatchContext batch, CancellationToken leaseLost)
    {
        var report = InterruptionReportBuilder.Begin(instance, batch, time.GetUtcNow());
        using var scope = logger.BeginInterruption(report);
        using var working = CancellationTokenSource.CreateLinkedTokenSource(batch.Spent, leaseLost);
        reporter.Started(report);
        await using var context = await contexts.OpenAsync(instance, batch, report, leaseLost, working.Token);
        var result = await memory.RunAsync(context, () => retries.RunAsync(context, isRetry => ResolveAndActAsync(context, isRetry, working.Token), working.Token));
        return await completion.CompleteAsync(context, result);
    }

    private async Task<InterruptionResult> ResolveAndActAsync(InterruptionContext context, bool isRetry, CancellationToken working) =>
        context.Ports.Restrict(await resolver.ResolveAsync(context, isRetry, working)) switch
        {
            Resolution.Skipped(var outcome, var why) => InterruptionResult.Skipped(outcome, why),
            Resolution.RetryLater(var outcome, var why, var after) => InterruptionResult.Deferred(outcome, why, after),
            Resolution.Misconfigured(var why) => InterruptionResult.Failed(why),
            Resolution.NoNode { Proven: false } none when context.IsLaunch => LaunchStage.WithoutNode(context, none),
            Resolution.NoNode none => InterruptionResult.WithoutNode(none),
            Resolution.ChangeClosed closed => await cordon.EndClosedChangeAsync(new(closed.Target, closed.Node, context.Instance.Received), closed.Change, working),
            Resolution.Found found when context.IsLaunch => await launch.WaitUntilReadyAsync(context, found, working),
            Resolution.Found found => await action.ActAsync(context, found, working),
            var unknown => throw new UnreachableException($"Unknown {unknown}."),
        };
}
