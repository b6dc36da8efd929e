namespace DrainerFunction.Messages;

/// <summary>The bodies beside this file, as SQS hands them out, by their names without the extension.</summary>
internal static class Bodies
{
    // Signed tokens lie here too; they are no messages.
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(Bodies).Assembly.GetManifestResourceNames().Where(name => !name.Contains('.', StringComparison.Ordinal)).Except(["eks-token-vectors"]).Order(StringComparer.Ordinal)];

    public static string Of(string name)
    {
        using var stream = typeof(Bodies).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such message.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
