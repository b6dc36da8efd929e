using DrainerFunction.Aws;

namespace DrainerFunction.Lifecycle;

/// <summary>Which hooks hold an instance, as far as its lifecycle state tells.</summary>
internal static class LifecycleStates
{
    public const string Terminating = "autoscaling:EC2_INSTANCE_TERMINATING";
    public const string Launching = "autoscaling:EC2_INSTANCE_LAUNCHING";

    extension(GroupInstance instance)
    {
        public bool IsWaiting => instance.LifecycleState.EndsWith(":Wait", StringComparison.Ordinal);

        public bool IsIntoWarmPool => instance.LifecycleState.StartsWith("Warmed:Pending", StringComparison.Ordinal);

        public bool IsInService => instance.LifecycleState == "InService";

        /// <summary>Auto Scaling does not say in which of several hooks of one transition it waits, so all of them may hold it.</summary>
        public IEnumerable<LifecycleHook> HeldBy(IEnumerable<LifecycleHook> hooks) => instance.LifecycleState switch
        {
            "Pending:Wait" => hooks.Where(hook => hook.Transition == Launching),
            "Terminating:Wait" or "Warmed:Terminating:Wait" or $"{GroupInstance.ReplacingRootVolume}:Wait" => hooks.Where(hook => hook.Transition == Terminating),

            // Into the warm pool: from the start, or out of service. The state is the same.
            "Warmed:Pending:Wait" => hooks,
            _ => [],
        };
    }
}
