namespace DrainerFunction.Nodes;

/// <summary>Whether AWS agrees with a message.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    public sealed record Confirmed : Verdict;

    /// <summary>AWS does not say so (yet): its answers lag, so a young message is asked about again.</summary>
    public sealed record NotYet(string Why) : Verdict;

    /// <summary>AWS says otherwise, and the message is old enough for that to count.</summary>
    public sealed record Refuted(string Why) : Verdict;
}
