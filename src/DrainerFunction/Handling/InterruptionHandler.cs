using System.Diagnostics;
using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// One interrupted instance in one invocation: resolve it to its node, skip it, retry it later, undo, wait for a launch, or
/// cordon and drain; then complete its hooks and say what becomes of its messages.
/// </summary>
internal sealed class InterruptionHandler(
    NodeResolver resolver,
    CordonStage cordon,
    DrainStage drain,
    LaunchStage launch,
    RefusalGuard refusals,
    RetryInPlace retries,
    CompletionStage completion,
    DrainNotices notices,
    Reporter reporter,
    IAwsClients aws,
    LifecycleHookCache definitions,
    DrainerOptions options,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(typeof(InterruptionHandler).FullName!);

    /// <param name="instance">The instance with all its messages of the batch.</param>
    /// <param name="batch">What the instances of the batch share.</param>
    /// <param name="leaseLost">Cancelled when another invocation has its messages.</param>
    /// <returns>What becomes of each message, by its id.</returns>
    public async Task<IReadOnlyDictionary<string, MessageResult>> HandleAsync(InterruptedInstance instance, BatchContext batch, CancellationToken leaseLost)
    {
        var report = InterruptionReports.Begin(instance, batch, time.GetUtcNow());
        using var scope = _logger.BeginInterruption(report);
        using var working = CancellationTokenSource.CreateLinkedTokenSource(batch.Spent, leaseLost);
        await using var hooks = new HookHeartbeats(instance.Scope, aws, definitions, options, time, loggers);
        var context = new InterruptionContext(instance, batch, hooks, notices.For(report, batch), batch.Barrier.Enter(instance.Scope), leaseLost);
        reporter.Started(report);
        var result = await retries.RunAsync(
            context, again => refusals.RunAsync(context, known: null, () => ActAsync(context, again, working.Token)), working.Token);
        context.Place.Leave();
        return await completion.CompleteAsync(context, report, result);
    }

    private async Task<InterruptionResult> ActAsync(InterruptionContext context, bool again, CancellationToken working) =>
        await resolver.ResolveAsync(context, again, working) switch
        {
            Resolution.Skipped(var outcome, var why) => InterruptionResult.Skipped(outcome, why),
            Resolution.RetryLater(var outcome, var why, var after) => InterruptionResult.Deferred(outcome, why, after),
            Resolution.Misconfigured(var why) => InterruptionResult.Failed(why),
            Resolution.NoNode { Proven: false } none when context.IsLaunch => launch.WithoutNode(none),
            Resolution.NoNode none => InterruptionResult.WithoutNode(none),
            Resolution.ChangeClosed closed => await cordon.EndClosedChangeAsync(new(closed.Target, closed.Node, context.Instance.Received), closed.Change, working),
            Resolution.Found found when context.IsLaunch => await launch.WaitUntilReadyAsync(context, found, working),
            Resolution.Found found => await drain.CordonAndDrainAsync(context, found, working),
            var unknown => throw new UnreachableException($"Unknown {unknown}."),
        };
}
