using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>What is to be said of the function's own settings. Pure.</summary>
internal static class FunctionFindings
{
    public static IEnumerable<Finding> Of(DrainerOptions options)
    {
        yield return Finding.Of(
            CheckItem.NodesAreDrained,
            "function",
            options switch
            {
                { DryRun: true } => "DRY_RUN is true: interruptions are only logged.",
                { CordonOnly: true } => "CORDON_ONLY is true: nodes are cordoned and their pods end with the machine.",
                _ when options.ActionFor(InterruptionKind.SpotReclaim) is not InterruptionAction.Drain and var action => $"ACTION_SPOT_RECLAIM is {action.ToString().ToLowerInvariant()}: after a two-minute notice no pod is evicted.",
                _ => null,
            },
            "Set DRY_RUN and CORDON_ONLY to false and ACTION_SPOT_RECLAIM to drain (parameters DryRun, CordonOnly, ActionSpotReclaim)");
    }
}
