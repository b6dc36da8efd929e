using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>The whole story of one interrupted instance in one invocation: find it, cordon it, drain it, answer for it.</summary>
internal sealed partial class InterruptionHandler(
    IAwsClients aws,
    LifecycleHookCache hooks,
    Reporter reporter,
    NodeResolver resolver,
    DrainStage nodes,
    LaunchStage launching,
    CompletionStage closing,
    DrainerOptions options,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly InterruptionResult Lost = InterruptionResult.Failed("the lease on its messages was lost; whoever has them now goes on");

    private readonly ILogger _logger = loggers.CreateLogger(typeof(InterruptionHandler).FullName!);

    /// <returns>What becomes of each message, by its id.</returns>
    public async Task<IReadOnlyDictionary<string, MessageResult>> HandleAsync(InterruptedInstance interrupted, BatchContext batch, CancellationToken lost)
    {
        var story = new InterruptionContext(interrupted, batch, InterruptionReports.Begin(interrupted, batch, time.GetUtcNow()), batch.Barrier.Enter(interrupted.Scope)) { Lost = lost };
        using var scope = _logger.BeginInterruption(story.Report);
        reporter.Started(story.Report);
        using var working = CancellationTokenSource.CreateLinkedTokenSource(batch.Spent, lost);
        await using var waiting = new HookHeartbeats(interrupted.Scope, aws, hooks, options, time, loggers);
        var ending = await RetryWhileHookIsShortAsync(story, waiting, lost, working.Token);
        story.Place.Leave();
        return await closing.CompleteAsync(story, ending, waiting, lost.IsCancellationRequested);
    }

    // What is to be looked at again is handed over, unless a hook is so short that it might not live through that: then it is
    // kept waiting here for as long as there is time.
    private async Task<InterruptionResult> RetryWhileHookIsShortAsync(InterruptionContext story, HookHeartbeats waiting, CancellationToken lost, CancellationToken working)
    {
        for (var again = false; ; again = true)
        {
            var ending = await ResolveAndActAsync(story, waiting, again, lost, working);
            if (ending.Owed.Fate is not MessageFate.SendOn(var delay, _))
            {
                return ending;
            }

            story.Place.Leave();
            await waiting.WaitUntilKnownAsync(working);
            if (!waiting.AreShort)
            {
                return ending;
            }

            try
            {
                await Task.Delay(delay > ShortestPause ? delay : ShortestPause, time, working);
            }
            catch (OperationCanceledException) when (working.IsCancellationRequested)
            {
                return lost.IsCancellationRequested ? Lost : ending;
            }
        }
    }

    private async Task<InterruptionResult> ResolveAndActAsync(InterruptionContext story, HookHeartbeats waiting, bool again, CancellationToken lost, CancellationToken working)
    {
        try
        {
            return await resolver.ResolveAsync(story, waiting, again, working) switch
            {
                Resolution.LeftAlone(var outcome, var why) => InterruptionResult.LeftAlone(outcome, why),
                Resolution.NotYet(var outcome, var why, var after) => InterruptionResult.Later(outcome, why, after),
                Resolution.Misconfigured(var why) => InterruptionResult.Failed(why),
                Resolution.NoNode(var why, false, _) when story.IsLaunch => launching.WithoutNode(story, why, waiting),
                Resolution.NoNode(var why, var proven, var confirmed) => WithoutNode(story, why, proven, confirmed),
                Resolution.Closed closed => await nodes.UndoAsync(story, closed, working),
                Resolution.Ready ready when story.IsLaunch => await launching.AwaitReadyAsync(story, ready, waiting, working),
                Resolution.Ready ready => await nodes.DrainAsync(story, ready, waiting, working),
                var unknown => throw new UnreachableException($"Unknown {unknown}."),
            };
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            return Lost;
        }
        catch (OperationCanceledException) when (story.Batch.Spent.IsCancellationRequested)
        {
            return InterruptionResult.Later(InterruptionOutcome.Continues, "the invocation's time was spent", TimeSpan.Zero);
        }
        catch (AwsCallException refused)
        {
            return Defer(story, refused.Message, refused.Refusal is AwsRefusal.Denied);
        }
        catch (ApiServerException refused)
        {
            story.Batch.Report.CouldNotReach(new(story.Interrupted.Scope, refused.ClusterName));
            return Defer(story, refused.Message, refused.Refusal is ApiServerRefusal.Unauthorized or ApiServerRefusal.Forbidden);
        }
    }

    // A cluster that answers "no such node" is one thing, a cluster that does not answer another: this is the first.
    private static InterruptionResult WithoutNode(InterruptionContext story, string why, bool proven, IReadOnlyList<ReceivedInterruption> confirmed)
    {
        story.Answers = confirmed;
        return proven
            ? InterruptionResult.Answered(InterruptionOutcome.NoNode, LifecycleReply.Continue, $"there is nothing to drain: {why}")
            : InterruptionResult.LeftAlone(InterruptionOutcome.NoNode, $"{why}; a hook is left to its own timeout, for nobody knows what runs there");
    }

    // Throttled, unreachable and refused are no failures of the message: it comes back, and costs no receive.
    private InterruptionResult Defer(InterruptionContext story, string why, bool needsOperator)
    {
        var bound = story.Interrupted.Received.Select(received => Deadlines.Of(received.Interruption, received.FirstSeen, options, hookGlobalLimit: null)).Aggregate(Deadline.Earliest);
        LogPostponed(story.Interrupted.InstanceId, why);
        return time.GetUtcNow() >= bound.At
            ? InterruptionResult.LeftAlone(InterruptionOutcome.DeadlineMissed, $"the deadline has passed and still: {why}; a hook is left to its own timeout")
            : InterruptionResult.Later(InterruptionOutcome.Continues, why, Backoff(story.Interrupted, needsOperator));
    }

    private static TimeSpan Backoff(InterruptedInstance interrupted, bool needsOperator)
    {
        var attempt = Math.Min(interrupted.Received.Max(received => received.Attempt), 5);
        var delay = TimeSpan.FromSeconds((needsOperator ? 10 : 2) * Math.Pow(2, attempt));
        return delay < TimeSpan.FromMinutes(1) ? delay : TimeSpan.FromMinutes(1);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {InstanceId} cannot be worked on now and is sent on: {Why}")]
    private partial void LogPostponed(string instanceId, string why);
}
