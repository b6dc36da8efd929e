using DrainerFunction.Aws;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>An Auto Scaling group that carries the managed tag, or some of whose instances do.</summary>
internal sealed record GroupFacts
{
    public required AwsScope Scope { get; init; }

    public required AutoScalingGroup Group { get; init; }

    public required Observation<IReadOnlyList<LifecycleHook>> Hooks { get; init; }

    /// <summary>Its running instances that carry the managed tag.</summary>
    public required int Managed { get; init; }

    /// <summary>Its running instances that do not.</summary>
    public required int Unmanaged { get; init; }

    public required bool HasSpot { get; init; }
}
