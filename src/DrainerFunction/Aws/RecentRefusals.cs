using DrainerFunction.Runtime;

namespace DrainerFunction.Aws;

/// <summary>
/// What this process has warned of lately: the same refusal of the same thing is said once in a quarter of an hour, however
/// often it is met.
/// </summary>
internal sealed class RecentRefusals(TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);
    private const int Most = 10_000;

    private readonly Dictionary<(string What, string Code), DateTimeOffset> _told = [];

    /// <param name="what">What was refused: the instance, the message, the hook.</param>
    /// <param name="code">The call and the error's code.</param>
    /// <returns>True where it is to be said.</returns>
    public bool IsNew(string what, string code)
    {
        var now = time.GetUtcNow();
        if (_told.TryGetValue((what, code), out var at) && now - at < Remembered)
        {
            return false;
        }

        _told.MakeRoom(Most);

        _told[(what, code)] = now;
        return true;
    }
}
