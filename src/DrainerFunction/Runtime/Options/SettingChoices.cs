namespace DrainerFunction.Runtime.Options;

/// <summary>What to do about an interruption. Auto is for rebalance recommendations, Complete for launches.</summary>
internal enum InterruptionAction
{
    Drain,
    Cordon,
    Ignore,
    Auto,
    Complete,
}

/// <summary>What becomes of a lifecycle hook when the time is up.</summary>
internal enum TimeoutReply
{
    Continue,
    Abandon,
    Leave,
}

internal enum TaintEffect
{
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

/// <summary>Another controller that looks after a node's interruptions.</summary>
internal enum NodeController
{
    Karpenter,
    ManagedNodeGroup,
    AutoMode,
}
