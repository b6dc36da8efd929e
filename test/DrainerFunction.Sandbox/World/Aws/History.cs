namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>A value and what it was before, for answers that lag behind.</summary>
internal sealed class History<T>(DateTimeOffset at, T first)
    where T : class
{
    private readonly List<(DateTimeOffset At, T Value)> _values = [(at, first)];

    public T Current => _values[^1].Value;

    public void Set(DateTimeOffset at, T value) => _values.Add((at, value));

    /// <summary>The value at that moment; null if it did not exist then.</summary>
    public T? AsOf(DateTimeOffset at) => _values.FindLast(entry => entry.At <= at).Value;
}
