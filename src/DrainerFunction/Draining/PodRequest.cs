using DrainerFunction.Planning;

namespace DrainerFunction.Draining;

/// <summary>A request that ends a pod, as it was sent.</summary>
/// <param name="Obstacle">Past which the pod is deleted: a budget's name, or what else refused, in words; null for an eviction.</param>
/// <param name="GracePeriod">Null for the pod's own.</param>
internal sealed record PodRequest(string? Obstacle, TimeSpan? GracePeriod, bool GraceWasCut)
{
    public static PodRequest Of(PodSnapshot pod, string? obstacle) =>
        new(obstacle, obstacle is null ? pod.GracePeriodToAsk : pod.GracePeriodThatFits, pod.GraceIsCut);
}
