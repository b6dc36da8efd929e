using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Aws;
using DrainerFunction.Batches;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.DirectInvocations;
using DrainerFunction.DirectInvocations.Check;
using DrainerFunction.Draining;
using DrainerFunction.Handling;
using DrainerFunction.Lifecycle;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Sweeping;
using Microsoft.Extensions.Logging;

namespace DrainerFunction;

/// <summary>Everything outside that the function touches.</summary>
internal sealed record Ports(IAwsClients Aws, IQueues Queues, IApiServers ApiServers, IWebhook Webhook, Reporter Reporter);

/// <summary>The object graph behind an invocation, built by hand over whatever ports it is given.</summary>
internal static class Composition
{
    /// <param name="own">The function's own account and region, as far as known before the first invocation.</param>
    public static InvocationHandler Compose(Ports ports, DrainerOptions options, AwsScope own, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        var told = new RecentRefusals(time);
        var completed = new CompletedDrains(time);
        var hooks = new LifecycleHookCache(ports.Aws, told, time, loggers.CreateLogger<LifecycleHookCache>());
        var nodes = new NodeFinder(ports.ApiServers, new(time), time);
        var pools = new RequestPools(time);
        var annotations = new AnnotationReader(options, time, loggers.CreateLogger<AnnotationReader>());
        var cordoning = new NodeCordon(annotations, options, pools, time);
        var brokenSeals = new BrokenSeal(annotations, pools, time);
        var events = new KubernetesEventPublisher(options, time, loggers.CreateLogger<KubernetesEventPublisher>());
        var drainer = new NodeDrainer(annotations, pools, new DrainObserver(events, loggers.CreateLogger<DrainObserver>()), time, random);
        var writes = new WritePorts(ports.Aws, ports.Webhook);
        var cordon = new CordonStage(cordoning, time);
        var runner = new StageRunner(told, time, loggers.CreateLogger<StageRunner>());
        var interruptions = new InterruptionHandler(
            new InterruptionContextFactory(new SettingsLookup(options, time, loggers.CreateLogger<SettingsLookup>()), writes, hooks, cordoning, time, loggers),
            new NodeResolver(new(options, time), new(annotations, options), new(annotations, completed, time), options, time),
            cordon,
            new ActionStage(new(ports.Aws, annotations, hooks, time), annotations, cordon, new DrainStage(cordoning, drainer, runner, events, time), runner, hooks, time, loggers.CreateLogger<ActionStage>()),
            new LaunchStage(cordoning, runner, time),
            new CompletionStage(annotations, events, ports.Reporter, told, completed, time, loggers.CreateLogger<CompletionStage>()),
            new MemoryGuard(loggers.CreateLogger<MemoryGuard>()),
            new RetryInPlace(runner, time),
            ports.Reporter,
            time,
            loggers.CreateLogger<InterruptionHandler>());
        var handOver = new ContinuationSender(ports.Queues, options, time, loggers.CreateLogger<ContinuationSender>());
        var batches = new BatchHandler(interruptions, ports.Aws, ports.ApiServers, options.DryRun ? new ReadOnlyQueues(ports.Queues) : ports.Queues, new MessageSettlement(handOver, time, loggers.CreateLogger<MessageSettlement>()), new MessageSplitter(handOver, new(ports.Aws, told, options, time, loggers.CreateLogger<CapacityBlockInstances>()), options, time, loggers.CreateLogger<MessageSplitter>()), ports.Reporter, nodes, told, options, time, random, loggers);
        var look = new InstanceLookup(ports.Aws, options);
        return new InvocationHandler(
            batches,
            new PlanHandler(look, nodes, annotations, new(drainer, annotations, time), options, time),
            new DrainHandler(look, batches, options, time),
            new CheckHandler(new(ports.Aws, ports.Queues, options), new(ports.Aws, options), new(ports.Aws, ports.ApiServers, options), ports.Reporter, options, time),
            new SweepHandler(
                new RegionSweep(ports.Aws, nodes, new OrphanedWork(writes, annotations, hooks, drainer, options), new AnnotatedNodeFinder(ports.Aws, ports.ApiServers, annotations, brokenSeals, options), new BrokenSealSweep(brokenSeals, writes, options), cordoning, writes, options),
                batches,
                handOver,
                options,
                time,
                loggers.CreateLogger<SweepHandler>()),
            own,
            time);
    }
}
