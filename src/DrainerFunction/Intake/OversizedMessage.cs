using DrainerFunction.Interruptions;

namespace DrainerFunction.Intake;

/// <summary>A message that is not worked on as it is: it names more instances than one may, or only the reservation they run in.</summary>
/// <param name="First">The message, with what it remembers; its interruption stands for all.</param>
/// <param name="InstanceIds">Those that it names and that concern this function.</param>
internal sealed record OversizedMessage(ReceivedInterruption First, IReadOnlyList<string> InstanceIds)
{
    /// <summary>The Capacity Block whose instances are still to be found.</summary>
    public CapacityBlockWarning? Block { get; init; }
}
