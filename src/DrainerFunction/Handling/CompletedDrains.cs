using DrainerFunction.Runtime;

namespace DrainerFunction.Handling;

/// <summary>
/// The instances that this process has lately let go after their drain. EC2 then tells of each that it shuts down and is
/// terminated, and nothing is left to be looked for.
/// </summary>
internal sealed class CompletedDrains(TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);
    private const int Most = 10_000;

    private readonly Dictionary<string, DateTimeOffset> _completed = [];

    public void Add(string instanceId)
    {
        _completed.MakeRoom(Most);

        _completed[instanceId] = time.GetUtcNow();
    }

    public bool Has(string instanceId) => _completed.TryGetValue(instanceId, out var at) && time.GetUtcNow() - at < Remembered;
}
