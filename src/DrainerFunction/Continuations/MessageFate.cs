namespace DrainerFunction.Continuations;

/// <summary>What becomes of a message once its interruption has been handled in an invocation.</summary>
internal abstract record MessageFate
{
    private MessageFate() { }

    /// <summary>It is deleted: handled, or nothing of this function's.</summary>
    public sealed record Handled : MessageFate;

    /// <summary>It sends itself on, to be looked at again after the delay, and is then deleted.</summary>
    public sealed record SendOn(TimeSpan Delay, string Why) : MessageFate;

    /// <summary>It stays, is received again and counts a receive; after its receives it lies in the dead-letter queue.</summary>
    public sealed record Redeliver : MessageFate;
}
