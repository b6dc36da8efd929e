namespace DrainerFunction.Nodes;

/// <summary>Whether AWS agrees with a message.</summary>
internal abstract record Verification
{
    private Verification() { }

    public sealed record Confirmed : Verification;

    /// <summary>AWS does not say so (yet): its answers lag, so a young message is asked about again.</summary>
    public sealed record NotYet(string Why) : Verification;

    /// <summary>AWS says otherwise, and the message is old enough for that to count.</summary>
    public sealed record Refuted(string Why) : Verification;
}
