namespace DrainerFunction.Runtime;

/// <summary>One call of the function, as the runtime API hands it out.</summary>
internal sealed record Invocation
{
    public required string RequestId { get; init; }

    /// <summary>When Lambda ends the invocation, finished or not.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The function that was called; it names its account, region and partition. Empty where the runtime API does not tell.</summary>
    public string FunctionArn { get; init; } = "";

    public ReadOnlyMemory<byte> Payload { get; init; }

    public override string ToString() => RequestId;
}
