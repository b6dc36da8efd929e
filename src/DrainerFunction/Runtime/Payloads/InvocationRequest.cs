namespace DrainerFunction.Runtime.Payloads;

/// <summary>What an invocation asks for. A closed set.</summary>
internal abstract record InvocationRequest
{
    private InvocationRequest() { }

    /// <summary>The records of an SQS event source mapping, in the order in which they came.</summary>
    public sealed record Batch(IReadOnlyList<SqsRecord> Records) : InvocationRequest;

    /// <summary>Tell what a drain would do now, and write nothing.</summary>
    public sealed record Plan(InstanceAddress Instance) : InvocationRequest;

    /// <summary>Drain by hand.</summary>
    /// <param name="Deadline">Soft, unless forced; null for the longest drain.</param>
    public sealed record Drain(InstanceAddress Instance, DateTimeOffset? Deadline, bool Force) : InvocationRequest;

    /// <summary>Look for what was lost, and finish or undo it.</summary>
    /// <param name="Release">Instead: take every mark of the function off its nodes.</param>
    public sealed record Sweep(bool Release = false) : InvocationRequest;

    /// <summary>Tell whether the set-up is right and which workloads a two-minute notice would hurt now, and write nothing.</summary>
    /// <param name="Cluster">Null for all of them.</param>
    /// <param name="AsText">To be read in a terminal; as JSON otherwise.</param>
    public sealed record Check(string? Cluster, bool AsText) : InvocationRequest;

    /// <param name="Why">What is wrong with the payload, for its sender.</param>
    public sealed record Unknown(string Why) : InvocationRequest;
}

/// <summary>An instance named by hand. Without account or region the function's own are meant.</summary>
internal sealed record InstanceAddress(string InstanceId, string? Account = null, string? Region = null);
