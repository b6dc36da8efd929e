using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Batches;

/// <summary>How a batch ended.</summary>
/// <param name="Failures">The ids of the messages that are to be received again.</param>
/// <param name="Reports">One for each instance that was worked on.</param>
/// <param name="LeftAlone">Acknowledged without a call, and why.</param>
internal sealed record BatchResult(
    IReadOnlyList<string> Failures, IReadOnlyList<InterruptionReport> Reports, IReadOnlyList<(SqsRecord Record, string Why)> LeftAlone);
