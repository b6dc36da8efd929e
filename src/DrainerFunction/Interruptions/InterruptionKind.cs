using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;

namespace DrainerFunction.Interruptions;

/// <summary>The cases of <see cref="Interruption"/> as words for settings, logs and the node's annotation.</summary>
internal enum InterruptionKind
{
    Termination,
    Launch,
    SpotReclaim,
    CapacityReclaim,
    RebalanceRecommendation,
    ScheduledChange,
    StateChange,
    DrainRequest,
}

internal static class InterruptionKinds
{
    private static readonly FrozenDictionary<string, InterruptionKind> ByWord = Enum.GetValues<InterruptionKind>().ToFrozenDictionary(kind => kind.Word, StringComparer.Ordinal);

    extension(InterruptionKind kind)
    {
        /// <summary>It says that EC2 takes the machine, whatever the function does.</summary>
        public bool TakesTheMachine => kind is InterruptionKind.SpotReclaim or InterruptionKind.CapacityReclaim or InterruptionKind.StateChange;

        /// <summary>The least comes first: its calls are queued before the others', and it names an interruption that has several kinds.</summary>
        public int Urgency => kind switch
        {
            InterruptionKind.SpotReclaim => 0,
            InterruptionKind.CapacityReclaim => 1,
            InterruptionKind.StateChange => 2,
            InterruptionKind.Termination => 3,
            InterruptionKind.ScheduledChange => 4,
            InterruptionKind.DrainRequest => 5,
            InterruptionKind.RebalanceRecommendation => 6,
            InterruptionKind.Launch => 7,
            _ => throw new UnreachableException($"No urgency is known for {kind}."),
        };

        /// <summary>As the node's annotation and its readers write it: spotReclaim, termination, …</summary>
        public string Word => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
    }

    /// <returns>Null where the word names none.</returns>
    public static InterruptionKind? Of(string? word) => word is not null && ByWord.TryGetValue(word, out var kind) ? kind : null;
}

/// <summary>What EC2 does to a Spot instance that it takes back.</summary>
internal enum InstanceAction
{
    Terminate,
    Stop,
    Hibernate,
}

/// <summary>The states of an instance on its way down; the others are no interruption.</summary>
internal enum InstanceState
{
    Stopping,
    Stopped,
    ShuttingDown,
    Terminated,
}
