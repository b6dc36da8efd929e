using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Runtime.Scheduling;

public sealed class BoundedWaitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<string> _answer = new();

    [Fact]
    public async Task A_wait_whose_event_comes_in_time_says_so()
    {
        var wait = _time.WithinAsync(Limit, _answer.Task.WaitAsync, CancellationToken.None);

        _answer.SetResult("here");

        Assert.True(await wait);
    }

    [Fact]
    public async Task A_wait_ends_at_its_limit_and_what_waits_is_cancelled()
    {
        var waiting = CancellationToken.None;
        var wait = _time.WithinAsync(Limit, token => _answer.Task.WaitAsync(waiting = token), CancellationToken.None);

        _time.Advance(Limit);

        Assert.False(await wait);
        Assert.True(waiting.IsCancellationRequested);
    }

    [Fact]
    public async Task A_cancelled_wait_is_not_taken_for_the_end_of_its_time()
    {
        using var stop = new CancellationTokenSource();
        var wait = _time.WithinAsync(Limit, _answer.Task.WaitAsync, stop.Token);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task An_answer_that_comes_in_time_is_handed_on()
    {
        var ask = _time.AnswerWithinAsync(Limit, _answer.Task.WaitAsync, CancellationToken.None);

        _answer.SetResult("here");

        Assert.Equal("here", await ask);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_a_timeout_that_names_the_limit()
    {
        var ask = _time.AnswerWithinAsync(Limit, _answer.Task.WaitAsync, CancellationToken.None);

        _time.Advance(Limit);

        Assert.Equal("no response within 5 s", (await Assert.ThrowsAsync<TimeoutException>(() => ask)).Message);
    }

    [Fact]
    public async Task A_request_that_gives_up_by_itself_has_brought_no_answer_either()
    {
        var ask = _time.AnswerWithinAsync(Limit, _answer.Task.WaitAsync, CancellationToken.None);

        _answer.SetCanceled(CancellationToken.None);

        await Assert.ThrowsAsync<TimeoutException>(() => ask);
    }

    [Fact]
    public async Task A_caller_that_no_longer_wants_the_answer_is_told_of_its_own_cancellation()
    {
        using var stop = new CancellationTokenSource();
        var ask = _time.AnswerWithinAsync(Limit, _answer.Task.WaitAsync, stop.Token);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask);
    }
}
