namespace DrainerFunction.Runtime.Scheduling;

/// <summary>One request for all callers that ask at the same moment: the first of them waits a little for the others.</summary>
/// <param name="send">Asks for all that was gathered. It has no caller's token, since one that gives up must not take the others' answer away: it is bounded in time by itself.</param>
internal sealed class GatheredRequests<TKey, TItem, TAnswer>(TimeProvider time, Func<TKey, IReadOnlyList<TItem>, Task<TAnswer>> send)
    where TKey : notnull
{
    private static readonly TimeSpan Gathered = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<TKey, (List<TItem> Items, Task<TAnswer> Answer)> _gathering = [];

    /// <param name="key">Those of another key are asked for in another request.</param>
    /// <returns>The answer for all that was gathered.</returns>
    public Task<TAnswer> AskAsync(TKey key, IEnumerable<TItem> items)
    {
        if (!_gathering.TryGetValue(key, out var gathering))
        {
            List<TItem> wanted = [];
            gathering = (wanted, SendAsync(key, wanted));
            _gathering.Add(key, gathering);
        }

        gathering.Items.AddRange(items);
        return gathering.Answer;
    }

    private async Task<TAnswer> SendAsync(TKey key, List<TItem> wanted)
    {
        await Task.Delay(Gathered, time, CancellationToken.None);
        _gathering.Remove(key);
        return await send(key, wanted);
    }
}
