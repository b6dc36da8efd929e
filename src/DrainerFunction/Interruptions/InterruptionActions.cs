using System.Diagnostics;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Interruptions;

/// <summary>Which setting answers which kind of interruption.</summary>
internal static class InterruptionActions
{
    extension(DrainerOptions options)
    {
        public InterruptionAction ActionFor(InterruptionKind kind)
        {
            var action = kind switch
            {
                InterruptionKind.Termination => options.ActionTermination,
                InterruptionKind.Launch => options.ActionLaunch,
                InterruptionKind.SpotReclaim => options.ActionSpotReclaim,
                InterruptionKind.CapacityReclaim => options.ActionCapacityReclaim,
                InterruptionKind.RebalanceRecommendation => options.ActionRebalanceRecommendation,
                InterruptionKind.ScheduledChange => options.ActionScheduledChange,
                InterruptionKind.StateChange => options.ActionStateChange,

                // A drain asked for by hand has been decided already.
                InterruptionKind.DrainRequest => InterruptionAction.Drain,
                _ => throw new UnreachableException($"No setting is known for {kind}."),
            };
            return options.CordonOnly && action is InterruptionAction.Drain ? InterruptionAction.Cordon : action;
        }
    }
}
