namespace DrainerFunction.Sweeping;

/// <summary>The answer to <c>{"sweep":{}}</c>: one entry for everything that was done, none for what is as it should be.</summary>
internal sealed record SweepAnswer
{
    public required IReadOnlyList<SweptItem> Done { get; init; }

    /// <summary>What could not be looked at, each in a sentence; the next sweep looks again.</summary>
    public required IReadOnlyList<string> NotSeen { get; init; }
}

/// <param name="Outcome">undone, or in the words of docs/logging.md.</param>
internal sealed record SweptItem(string Instance, string? Cluster, string? Node, string Outcome, string Why);
