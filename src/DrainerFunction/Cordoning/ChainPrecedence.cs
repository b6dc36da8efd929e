using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Cordoning;

/// <summary>
/// Which of two chains has a node. Age decides among equals; a chain whose own messages say that EC2 takes the machine outranks one whose
/// messages do not, whatever their age: it ends first, and it answers the hooks of the other. Pure.
/// </summary>
internal static class ChainPrecedence
{
    // An invocation, the hop to the next one and a death on the way: what was not at the node for longer outranks nothing.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(7);

    extension(InterruptionAnnotation noted)
    {
        /// <summary>The chain that the node names says that EC2 takes the machine.</summary>
        public bool ChainTakesTheMachine => noted.IsSealed && noted.Chain != Chain.None && noted.ChainKinds.Any(kind => kind.TakesTheMachine);

        /// <summary>That chain has the node, for that reason, and is at work.</summary>
        public bool Outranks(CordonOrder order, DateTimeOffset now) =>
            noted.ChainTakesTheMachine && !order.TakesTheMachine && noted.Chain != order.Chain && now - noted.ChainAt < Silence;

        /// <summary>That chain has the node, for that reason or because it is the younger one.</summary>
        public bool Precedes(CordonOrder order, DateTimeOffset now) => noted.Outranks(order, now) || noted.Chain.IsYoungerThan(order.Chain);
    }
}
