namespace DrainerFunction.Runtime.Payloads;

/// <summary>The records of one invocation by an SQS event source mapping, in the order in which they came.</summary>
internal sealed record SqsBatch(IReadOnlyList<SqsRecord> Records);
