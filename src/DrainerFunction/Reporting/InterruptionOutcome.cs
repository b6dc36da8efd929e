namespace DrainerFunction.Reporting;

/// <summary>How an interruption ended in this invocation; the words of the log line and of the metric's dimension.</summary>
internal enum InterruptionOutcome
{
    /// <summary>An internal error; the message is received again.</summary>
    Failed,

    Drained,

    Cordoned,

    /// <summary>The deadline passed with pods left, or before they could be read.</summary>
    DeadlineMissed,

    /// <summary>Not finished: the next invocation goes on.</summary>
    Continues,

    /// <summary>A scheduled change that is not due yet, or a node that has not joined or is not Ready.</summary>
    Waits,

    /// <summary>There is no node to drain.</summary>
    NoNode,

    /// <summary>Another account's, region's, cluster's or controller's, or not managed.</summary>
    NotOurs,

    /// <summary>AWS says otherwise.</summary>
    Refuted,

    /// <summary>A setting says so.</summary>
    Ignored,

    /// <summary>A younger message of the same instance does the work.</summary>
    Superseded,

    /// <summary>The drain of an earlier message has moved the pods of this machine, or is moving them now: a part of that interruption.</summary>
    AlreadyHandled,

    /// <summary>The threat has passed; what was done is undone.</summary>
    Undone,

    /// <summary>A launching instance's node is ready.</summary>
    Launched,

    /// <summary>A dry run: nothing was written.</summary>
    DryRun,
}
