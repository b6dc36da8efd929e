using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Runtime.Scheduling;

public sealed class GatheredRequestsTests
{
    private static readonly TimeSpan Gathered = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _sent = [];

    [Fact]
    public async Task Those_who_ask_at_the_same_moment_share_one_request_and_another_key_has_its_own()
    {
        var requests = Requests(items => items.Count);
        var first = requests.AskAsync("a", ["1"]);
        _time.Advance(Gathered / 2);
        var second = requests.AskAsync("a", ["2", "3"]);
        var other = requests.AskAsync("b", ["4"]);
        _time.Advance(Gathered);

        Assert.Equal((3, 3, 1), (await first, await second, await other));
        Assert.Equal(["a: 1 2 3", "b: 4"], _sent);
    }

    [Fact]
    public async Task Who_asks_after_a_request_was_sent_has_the_next_one()
    {
        var requests = Requests(items => items.Count);
        var first = requests.AskAsync("a", ["1"]);
        _time.Advance(Gathered);
        var second = requests.AskAsync("a", ["2"]);
        _time.Advance(Gathered);
        await Task.WhenAll(first, second);

        Assert.Equal(["a: 1", "a: 2"], _sent);
    }

    [Fact]
    public async Task A_failure_is_for_those_who_asked_together_and_not_kept_for_the_next()
    {
        var fails = true;
        var requests = Requests(items => fails ? throw new InvalidOperationException("refused") : items.Count);
        var (first, second) = (requests.AskAsync("a", ["1"]), requests.AskAsync("a", ["2"]));
        _time.Advance(Gathered);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
        fails = false;
        var third = requests.AskAsync("a", ["3"]);
        _time.Advance(Gathered);

        Assert.Equal(1, await third);
    }

    private GatheredRequests<string, string, int> Requests(Func<IReadOnlyList<string>, int> answer) => new(_time, async (key, items) =>
    {
        await Task.CompletedTask;
        _sent.Add($"{key}: {string.Join(' ', items)}");
        return answer(items);
    });
}
