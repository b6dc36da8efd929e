namespace DrainerFunction.Runtime.Scheduling;

/// <summary>One request for all who wait for it.</summary>
public sealed class SharedTaskTests
{
    private readonly List<TaskCompletionSource<int>> _begun = [];
    private readonly SharedTask<int> _shared;

    public SharedTaskTests() => _shared = new(() =>
    {
        _begun.Add(new());
        return _begun[^1].Task;
    });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_who_ask_while_it_is_under_way_get_its_one_answer()
    {
        Task<int>[] asked = [_shared.GetAsync(Stop), _shared.GetAsync(Stop)];
        _begun[0].SetResult(7);

        var answers = await Task.WhenAll(asked);
        Assert.Equal([7, 7], answers);
        Assert.Single(_begun);
    }

    [Fact]
    public async Task Who_joins_one_that_fails_as_after_a_freeze_is_served_by_a_fresh_one()
    {
        var first = _shared.GetAsync(Stop);
        var joined = _shared.GetAsync(Stop);
        _begun[0].SetException(new IOException("the connection is gone"));
        await Assert.ThrowsAsync<IOException>(() => first);
        while (_begun.Count < 2)
        {
            await Task.Yield();
        }

        _begun[1].SetResult(8);

        Assert.Equal(8, await joined);
    }

    [Fact]
    public async Task Nobody_who_leaves_takes_it_from_the_others()
    {
        using var leaves = new CancellationTokenSource();
        var left = _shared.GetAsync(leaves.Token);
        var stays = _shared.GetAsync(Stop);
        leaves.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        _begun[0].SetResult(9);

        Assert.Equal(9, await stays);
    }
}
