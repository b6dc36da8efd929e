using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Intake;

/// <summary>How much of what a message says of itself counts, by who sent it. Pure.</summary>
internal static class SenderRules
{
    // The longest delay of a message: one that was begun before its deadline may come back so much later.
    private static readonly TimeSpan ComesBack = TimeSpan.FromMinutes(15);

    /// <returns>When the first message of its chain was sent; null where it does not say, or its sender is not believed.</returns>
    public static DateTimeOffset? FirstSeen(SqsRecord record, SenderTrust trust, DateTimeOffset now) =>
        trust is SenderTrust.Foreign ? null : Continuation.Read(record.Attributes, now)?.FirstSeen;

    /// <returns>What it remembers, null for a fresh message; and why it must go to the dead-letter queue instead.</returns>
    public static (Continuation? Memory, string? Problem) MemoryOf(SqsRecord record, SenderTrust trust, Interruption interruption, DrainerOptions options, DateTimeOffset now)
    {
        if (trust is SenderTrust.Foreign || !Continuation.IsIn(record.Attributes))
        {
            return (null, null);
        }

        if (Continuation.Read(record.Attributes, now) is not { } memory)
        {
            return trust is SenderTrust.Own && !record.IsMadeHere ? (null, "its attributes are none that this version of the function writes") : (null, null);
        }

        return (HopLimit.Exceeded(memory, interruption, options, now), trust) switch
        {
            (null, SenderTrust.Unknown) => (memory with { Confirmed = [] }, null),
            (null, _) => (memory, null),
            (_, SenderTrust.Trusted) => (null, null),
            (_, _) when record.IsMadeHere => (memory, null),
            ({ } exceeded, _) => (null, exceeded),
        };
    }

    /// <returns>Why an order is not carried out; null for what is no order, and for one that is.</returns>
    public static string? RefusalOf(Interruption interruption, SenderTrust trust, Continuation? memory, DateTimeOffset now) => interruption switch
    {
        Interruption.DrainRequest when trust is SenderTrust.Unknown => "an order to drain counts only from the function's own role, which ROLE_ID must name",
        Interruption.DrainRequest when trust is SenderTrust.Foreign => "an order to drain counts only from the function's own role and TRUSTED_SENDERS",
        Interruption.DrainRequest { Force: true, Deadline: { } by } when now > by && (memory is null || now - by > ComesBack) => $"its deadline, {by:u}, has passed",
        Interruption.DrainRequest when memory is null && now - interruption.At > PlausibleInstants.LongestOrder => $"it is of {interruption.At:u}, and AWS cannot be asked whether it still holds",
        _ => null,
    };
}
