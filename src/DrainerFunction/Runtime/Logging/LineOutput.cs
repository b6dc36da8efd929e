namespace DrainerFunction.Runtime.Logging;

/// <summary>Standard output, one whole line a write, so that the lines of log and metrics never run into each other.</summary>
internal sealed class LineOutput(Stream output)
{
    private readonly Lock _gate = new();

    /// <param name="line">UTF-8, with its line end.</param>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
