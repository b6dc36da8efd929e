using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Draining;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime;
using Microsoft.Extensions.Logging;

namespace DrainerFunction;

/// <summary>Everything outside that the function touches.</summary>
internal sealed record Ports(IAwsClients Aws, IQueues Queues, IApiServers ApiServers, IWebhook Webhook, Reporter Reporter);

/// <summary>The object graph behind an invocation, built by hand over whatever ports it is given.</summary>
internal static class Composition
{
    /// <param name="ports">The world outside.</param>
    /// <param name="options">The operator's settings.</param>
    /// <param name="own">The function's own account and region, as far as known before the first invocation.</param>
    /// <param name="time">The event loop's clock.</param>
    /// <param name="random">For jitter.</param>
    /// <param name="loggers">Where lines go.</param>
    public static InvocationHandler Compose(Ports ports, DrainerOptions options, AwsScope own, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        var hooks = new LifecycleHooks(ports.Aws, time, loggers.CreateLogger<LifecycleHooks>());
        var pools = new RequestPools(time);
        var cordoning = new Cordoning(options, pools, time);
        var events = new KubernetesEvents(options, time, loggers.CreateLogger<KubernetesEvents>());
        var drainer = new Drainer(options, pools, new DrainWitness(events, loggers.CreateLogger<DrainWitness>()), time, random);
        var notices = new Notices(ports.Webhook, cordoning, options, loggers.CreateLogger<Notices>());
        var interruptions = new InterruptionHandler(
            ports.Aws,
            hooks,
            ports.Reporter,
            new Resolver(new(options, time), options, time),
            new CordonAndDrain(cordoning, drainer, new(new RebalanceAction(ports.Aws, hooks, options), notices, options), notices, events, options, time),
            new Launching(cordoning, options, time),
            new Closing(new(options, time), notices, events, ports.Reporter, options, time, loggers.CreateLogger<Closing>()),
            options,
            time,
            loggers);
        var handOver = new HandOver(ports.Queues, options, time, loggers.CreateLogger<HandOver>());
        var batches = new BatchHandler(interruptions, ports.Aws, ports.ApiServers, ports.Queues, new Settling(handOver, options, loggers.CreateLogger<Settling>()), ports.Reporter, options, time, loggers);
        var look = new InstanceLook(ports.Aws, hooks, options);
        return new InvocationHandler(
            batches,
            new PlanHandler(look, ports.ApiServers, new(drainer, options, time), options, time),
            new DrainHandler(look, batches, options, time),
            new SweepHandler(
                new RegionSweep(ports.Aws, ports.ApiServers, new LostWork(ports.Aws, hooks, drainer, options), new MarkedNodes(ports.Aws, ports.ApiServers, options), cordoning, options),
                batches,
                options,
                time,
                loggers.CreateLogger<SweepHandler>()),
            own,
            time);
    }
}
