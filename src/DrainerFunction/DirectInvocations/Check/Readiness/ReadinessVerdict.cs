namespace DrainerFunction.DirectInvocations.Check.Readiness;

/// <summary>What a two-minute notice now would do to a workload, in the order of harm.</summary>
internal enum ReadinessVerdict
{
    Ready,

    /// <summary>Something it was promised is cut short: its grace period, its disruption budget, its opt-out.</summary>
    WouldBeCut,

    /// <summary>Pods or their data end with the machine and do not come back.</summary>
    WouldBeLost,
}
