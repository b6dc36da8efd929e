namespace DrainerFunction.Lifecycle;

/// <summary>What Auto Scaling is told.</summary>
internal enum LifecycleReply
{
    /// <summary>Nothing: the hook goes on waiting, or runs into its own timeout.</summary>
    Leave,
    Continue,
    Abandon,
}
