namespace DrainerFunction.Interruptions;

/// <summary>A lifecycle hook: its Auto Scaling group and its name there.</summary>
internal sealed record LifecycleHookName(string Group, string Hook);
