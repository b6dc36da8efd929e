using System.Diagnostics;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using Microsoft.Extensions.Logging;

namespace DrainerFunction;

/// <summary>The whole story of one interrupted instance in one invocation: find it, cordon it, drain it, answer for it.</summary>
internal sealed partial class InterruptionHandler(
    IAwsClients aws,
    LifecycleHooks hooks,
    Reporter reporter,
    Resolver resolver,
    CordonAndDrain nodes,
    Launching launching,
    Closing closing,
    DrainerOptions options,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly Ending Lost = Ending.Failed("the lease on its messages was lost; whoever has them now goes on");

    private readonly ILogger _logger = loggers.CreateLogger(typeof(InterruptionHandler).FullName!);

    /// <returns>What becomes of each message, by its id.</returns>
    public async Task<IReadOnlyDictionary<string, Parting>> HandleAsync(InterruptedInstance interrupted, BatchWork batch, CancellationToken lost)
    {
        var story = new Story(interrupted, batch, Reports.Begin(interrupted, batch, time.GetUtcNow()), batch.Barrier.Enter(interrupted.Scope)) { Lost = lost };
        using var scope = _logger.BeginInterruption(story.Report);
        reporter.Started(story.Report);
        using var working = CancellationTokenSource.CreateLinkedTokenSource(batch.Spent, lost);
        await using var waiting = new WaitingHooks(interrupted.Scope, aws, hooks, options, time, loggers);
        var ending = await PatientlyAsync(story, waiting, lost, working.Token);
        story.Place.Leave();
        return await closing.CloseAsync(story, ending, waiting, lost.IsCancellationRequested);
    }

    // What is to be looked at again is handed over, unless a hook is so short that it might not live through that: then it is
    // kept waiting here for as long as there is time.
    private async Task<Ending> PatientlyAsync(Story story, WaitingHooks waiting, CancellationToken lost, CancellationToken working)
    {
        for (var again = false; ; again = true)
        {
            var ending = await TellAsync(story, waiting, again, lost, working);
            if (ending.Owed.Fate is not MessageFate.SendOn(var delay, _))
            {
                return ending;
            }

            story.Place.Leave();
            await waiting.KnownAsync(working);
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

    private async Task<Ending> TellAsync(Story story, WaitingHooks waiting, bool again, CancellationToken lost, CancellationToken working)
    {
        try
        {
            return await resolver.ResolveAsync(story, waiting, again, working) switch
            {
                Resolution.LeftAlone(var outcome, var why) => Ending.LeftAlone(outcome, why),
                Resolution.NotYet(var outcome, var why, var after) => Ending.Later(outcome, why, after),
                Resolution.Misconfigured(var why) => Ending.Failed(why),
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
            return Ending.Later(InterruptionOutcome.Continues, "the invocation's time was spent", TimeSpan.Zero);
        }
        catch (AwsCallException refused)
        {
            return Postponed(story, refused.Message, refused.Refusal is AwsRefusal.Denied);
        }
        catch (ApiServerException refused)
        {
            story.Batch.Report.CouldNotReach(new(story.Interrupted.Scope, refused.ClusterName));
            return Postponed(story, refused.Message, refused.Refusal is ApiServerRefusal.Unauthorized or ApiServerRefusal.Forbidden);
        }
    }

    // A cluster that answers "no such node" is one thing, a cluster that does not answer another: this is the first.
    private static Ending WithoutNode(Story story, string why, bool proven, IReadOnlyList<Received> confirmed)
    {
        story.Answers = confirmed;
        return proven
            ? Ending.Answered(InterruptionOutcome.NoNode, LifecycleReply.Continue, $"there is nothing to drain: {why}")
            : Ending.LeftAlone(InterruptionOutcome.NoNode, $"{why}; a hook is left to its own timeout, for nobody knows what runs there");
    }

    // Throttled, unreachable and refused are no failures of the message: it comes back, and costs no receive.
    private Ending Postponed(Story story, string why, bool needsOperator)
    {
        var bound = story.Interrupted.Received.Select(received => Deadlines.Of(received.Interruption, received.FirstSeen, options, hookGlobalLimit: null)).Aggregate(Deadline.Earliest);
        LogPostponed(story.Interrupted.InstanceId, why);
        return time.GetUtcNow() >= bound.At
            ? Ending.LeftAlone(InterruptionOutcome.DeadlineMissed, $"the deadline has passed and still: {why}; a hook is left to its own timeout")
            : Ending.Later(InterruptionOutcome.Continues, why, Backoff(story.Interrupted, needsOperator));
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
