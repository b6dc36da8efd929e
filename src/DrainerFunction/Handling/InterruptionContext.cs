using DrainerFunction.Cordoning;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Handling;

/// <summary>What every stage of one interruption is given. It is the same from the first stage to the last.</summary>
/// <param name="Settings">What holds for it: the stack's settings, and those of its group.</param>
/// <param name="Report">What is reported of it from the beginning.</param>
/// <param name="Ports">What it writes to.</param>
/// <param name="Hooks">The lifecycle hooks that wait for it, kept alive meanwhile.</param>
/// <param name="Place">Its place in the barrier that holds evictions until all nodes of the batch are cordoned.</param>
/// <param name="LeaseLost">Cancelled when another invocation has its messages: then nothing more is written, and only the line reports it.</param>
internal sealed record InterruptionContext(
    InterruptedInstance Instance,
    BatchContext Batch,
    GroupSettings Settings,
    InterruptionReport Report,
    InterruptionPorts Ports,
    HookHeartbeats Hooks,
    InterruptionNotices Notices,
    CordonBarrier.Place Place,
    CancellationToken LeaseLost) : IAsyncDisposable
{
    public const string WhyIgnored = "a tag of its group sets the action to ignore";

    public DrainerOptions Options => Settings.Options;

    /// <summary>A tag says that none of its messages is to be acted on; what the stack ignores does not come so far.</summary>
    public bool IsIgnored => Instance.Received.All(received => Ignores(received));

    public bool IsLaunch => Instance.Interruptions[0] is Interruption.Launch;

    public bool Ignores(ReceivedInterruption received) => Options.ActionFor(received.Interruption.Kind) is InterruptionAction.Ignore;

    public ValueTask DisposeAsync() => Hooks.DisposeAsync();
}
