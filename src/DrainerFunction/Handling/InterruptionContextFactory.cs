using System.Diagnostics.CodeAnalysis;
using DrainerFunction.Continuations;
using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>Opens the context of each interruption: its place among the batch, the settings of its group, and by them its ports, hooks and notices.</summary>
internal sealed class InterruptionContextFactory(SettingsLookup settings, WritePorts writePorts, LifecycleHookCache definitions, NodeCordon cordoning, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>What messages of the batch remember of hooks holds for all of it, before the first of them is asked for.</summary>
    public void Recall(IEnumerable<InterruptedInstance> instances)
    {
        foreach (var (scope, received) in instances.SelectMany(one => one.Received.Select(received => (one.Scope, received))))
        {
            if (received is { Action.Hook: var own, HookTimes: { } times })
            {
                definitions.Carry(scope, own, times);
            }

            foreach (var hook in received.Hooks)
            {
                if (HookTimes.Read(hook.Times, time.GetUtcNow()) is { } remembered)
                {
                    definitions.Carry(scope, hook.Name, remembered);
                }
            }
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The context ends what it holds.")]
    public async Task<InterruptionContext> OpenAsync(InterruptedInstance instance, BatchContext batch, InterruptionReport report, CancellationToken leaseLost, CancellationToken working)
    {
        var place = batch.Barrier.Enter(instance.Scope);
        var own = await settings.OfAsync(instance, batch, working);
        report = report with { Settings = own.FromTags };
        var ports = writePorts.For(own.Options);
        return new(
            instance,
            batch,
            own,
            report,
            ports,
            new HookHeartbeats(instance.Scope, ports.Aws, definitions, own.Options, time, loggers),
            new InterruptionNotices(report, batch, ports.Webhook, cordoning, loggers.CreateLogger<InterruptionNotices>()),
            place,
            leaseLost);
    }
}
