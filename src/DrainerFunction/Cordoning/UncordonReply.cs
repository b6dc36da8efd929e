using k8s.Models;

namespace DrainerFunction.Cordoning;

/// <summary>What became of lifting a cordon. A closed set.</summary>
internal abstract record UncordonReply
{
    private UncordonReply() { }

    /// <summary>All marks are off. A node that was unschedulable before them still is.</summary>
    public sealed record Undone(V1Node Node) : UncordonReply;

    /// <summary>One reason is gone, others remain.</summary>
    public sealed record StaysCordoned(V1Node Node) : UncordonReply;

    /// <summary>There was nothing to lift.</summary>
    public sealed record Untouched(string Why) : UncordonReply;
}
