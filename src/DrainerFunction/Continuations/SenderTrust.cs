using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Continuations;

/// <summary>Whether what a message says of itself, besides the event in its body, may be believed.</summary>
internal enum SenderTrust
{
    /// <summary>Another sender, or one that SQS did not name: the body is looked at as a fresh event, its attributes are not read, an order in it is refused.</summary>
    Foreign,

    /// <summary>ROLE_ID and TRUSTED_SENDERS are not set: how often and since when a message is worked on is believed, for otherwise nothing would end; nothing is confirmed by it, and an order is refused.</summary>
    Unknown,

    /// <summary>One of TRUSTED_SENDERS: it counts as the function's own, and a redrive by it begins the count of hops anew.</summary>
    Trusted,

    /// <summary>The function's own role, or this very invocation.</summary>
    Own,
}

internal static class SenderTrusts
{
    /// <summary>By the part of SenderId before the colon: the unique id, which the sender cannot choose as it can a session's name.</summary>
    public static SenderTrust Of(SqsRecord record, DrainerOptions options) => record switch
    {
        { IsMadeHere: true } => SenderTrust.Own,
        _ when options is { RoleId: null, TrustedSenders: [] } => SenderTrust.Unknown,
        { SenderId: null } => SenderTrust.Foreign,
        { SenderId: var sender } => sender.Split(':')[0] is var id && id == options.RoleId ? SenderTrust.Own
            : options.TrustedSenders.Contains(id, StringComparer.Ordinal) ? SenderTrust.Trusted
            : SenderTrust.Foreign,
    };
}
