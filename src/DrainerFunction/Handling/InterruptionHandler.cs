using System.Diagnostics;
using DrainerFunction.Intake;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// One interrupted instance in one invocation: resolve it to its node, skip it, retry it later, undo, wait for a launch, or
/// cordon and drain; then complete its hooks and say what becomes of its messages.
/// </summary>
internal sealed class InterruptionHandler(
    NodeResolver resolver,
    CordonStage cordon,
    ActionStage action,
    LaunchStage launch,
    StageRunner runner,
    RetryInPlace retries,
    CompletionStage completion,
    DrainNotices notices,
    Reporter reporter,
    WritePorts writePorts,
    LifecycleHookCache definitions,
    SettingsLookup settings,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly MemoryGuard _memory = new(loggers.CreateLogger<MemoryGuard>());
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
        var place = batch.Barrier.Enter(instance.Scope);
        reporter.Started(report);
        var own = await settings.OfAsync(instance, batch, working.Token);
        report = report with { Settings = own.FromTags };
        var ports = writePorts.For(own.Options);
        await using var hooks = new HookHeartbeats(instance.Scope, ports.Aws, definitions, own.Options, time, loggers);
        var context = new InterruptionContext(instance, batch, own, hooks, notices.For(report, batch, ports.Webhook), place, leaseLost);
        var result = await _memory.RunAsync(context, () => retries.RunAsync(
            context, isRetry => runner.RunAsync(context, known: null, () => ActAsync(context, ports, isRetry, working.Token)), working.Token));
        context.Place.Leave();
        return await completion.CompleteAsync(context, report, ports.AreReadOnly ? DryRunResult.Of(result, context) : result);
    }

    private async Task<InterruptionResult> ActAsync(InterruptionContext context, InterruptionPorts ports, bool isRetry, CancellationToken working)
    {
        if (context.IsIgnored)
        {
            return InterruptionResult.Skipped(InterruptionOutcome.Ignored, "a tag of its group sets the action to ignore");
        }

        return ports.Restrict(await resolver.ResolveAsync(context, isRetry, working)) switch
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
}
