using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>What became of lifting a cordon. A closed set.</summary>
internal abstract record UndoReply
{
    private UndoReply()
    {
    }

    /// <param name="Uncordoned">False when the node stays unschedulable, because it was before we came.</param>
    public sealed record Undone(V1Node Node, bool Uncordoned) : UndoReply;

    /// <summary>One reason is gone, others remain.</summary>
    public sealed record StaysCordoned(V1Node Node) : UndoReply;

    public sealed record NothingOfOurs : UndoReply;

    public sealed record NodeGone : UndoReply;

    public sealed record NotThisInstance : UndoReply;
}

/// <summary>Whose the finished notice is.</summary>
internal enum FinishedClaim
{
    Ours,
    Anothers,

    /// <summary>The node, or what it remembered, is gone: it cannot be claimed there.</summary>
    Unclaimable,
}
