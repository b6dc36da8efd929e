using CsCheck;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Continuations;

public sealed class ContinuationTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 27, 13, 19, 8, TimeSpan.Zero);

    private static readonly Gen<DateTimeOffset> Time = Gen.Long[Now.AddDays(-700).Ticks, Now.AddDays(700).Ticks].Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private static readonly Gen<RememberedHook[]> Hooks = Gen.Select(Gen.Bool.Select(isPlain => isPlain ? "workers" : "größe/\"x\", ünd"), Gen.Char.AlphaNumeric.Array[1, 255], Gen.OneOf(Gen.Const((DateTimeOffset?)null), Time.Select(at => (DateTimeOffset?)at)))
        .Select(hook => new RememberedHook(hook.Item1, new(hook.Item2)) { BeatAt = hook.Item3 }).Array[0, LifecycleHookName.MostOfAGroup];

    [Fact]
    public void What_is_written_is_read_again() => Gen.Select(Time, Gen.Char["abc019-_.:"].Array[1, 80], Gen.Int[1, 1_000_000], Gen.String, Gen.OneOf(Gen.Const((DateTimeOffset?)null), Time.Select(at => (DateTimeOffset?)at)), Gen.Int[0, 99].List[0, 50], Hooks).Sample((firstSeen, chain, attempt, why, completeAt, confirmed, hooks) =>
    {
        var continuation = new Continuation
        {
            FirstSeen = firstSeen, Chain = new(new(chain)), Attempt = attempt, Why = why, CompleteAt = completeAt, GoingSince = completeAt, Hooks = hooks, Confirmed = [.. confirmed.Select(number => $"i-{number:x17}")],
        };

        return Continuation.Read(continuation.Write(), Now) is { } read && read.Confirmed.SequenceEqual(continuation.Confirmed) && read.Hooks.SequenceEqual(hooks) && read with { Confirmed = continuation.Confirmed, Hooks = hooks } == continuation;
    });

    [Fact]
    public void What_is_written_SQS_accepts() => Gen.String.Sample(why =>
        new Continuation { FirstSeen = DateTimeOffset.UnixEpoch, Chain = new("c"), Attempt = 1, Why = why }.Write() is { Count: <= 5 } attributes
        && attributes.Values.All(value => value.Length is > 0 and <= 256 && value.EnumerateRunes().All(rune => !System.Text.Rune.IsControl(rune) && rune.Value is not (0xFFFE or 0xFFFF))));

    [Fact]
    public void The_attributes_are_those_that_are_documented() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["drainer-first-seen"] = "2026-08-27T13:19:03.0000000Z",
            ["drainer-chain"] = "message-1",
            ["drainer-attempt"] = "3",
            ["drainer-why"] = "3 pods are held by a budget",
        },
        Sample().Write());

    [Fact]
    public void A_message_that_is_no_continuation_is_none() => Assert.Null(Continuation.Read(new Dictionary<string, string>(), Now));

    [Theory]
    [InlineData("drainer-first-seen", null)]
    [InlineData("drainer-first-seen", "")]
    [InlineData("drainer-first-seen", "yesterday")]
    [InlineData("drainer-first-seen", "2026-08-27T13:19:03.0000000")]
    [InlineData("drainer-first-seen", "2026-08-27T13:19:03.0000000+02:00")]
    [InlineData("drainer-first-seen", "99999-08-27T13:19:03.0000000Z")]
    [InlineData("drainer-first-seen", "9999-08-27T13:19:03.0000000Z")]
    [InlineData("drainer-first-seen", "1999-08-27T13:19:03.0000000Z")]
    [InlineData("drainer-complete-at", "9999-08-27T13:19:03.0000000Z")]
    [InlineData("drainer-complete-at", "soon")]
    [InlineData("drainer-confirmed", "i-nothing")]
    [InlineData("drainer-hooks", "")]
    [InlineData("drainer-hooks", "null")]
    [InlineData("drainer-hooks", "[null]")]
    [InlineData("drainer-hooks", "[{}]")]
    [InlineData("drainer-hooks", "[{\"group\":\"\",\"hook\":\"drain\"}]")]
    [InlineData("drainer-hooks", "[{\"group\":\"workers\",\"hook\":\"drain\",\"beatAt\":\"9999-08-27T13:19:03Z\"}]")]
    [InlineData("drainer-chain", null)]
    [InlineData("drainer-chain", "")]
    [InlineData("drainer-chain", "a\nb")]
    [InlineData("drainer-chain", "a\n")]
    [InlineData("drainer-chain", "{\"a\":1}")]
    [InlineData("drainer-attempt", null)]
    [InlineData("drainer-attempt", "0")]
    [InlineData("drainer-attempt", "-1")]
    [InlineData("drainer-attempt", "1000001")]
    [InlineData("drainer-attempt", "99999999999999999999")]
    [InlineData("drainer-attempt", " 1")]
    public void Values_that_we_never_wrote_are_not_believed(string name, string? value)
    {
        var attributes = new Dictionary<string, string>(Sample().Write());
        Assert.NotNull(Continuation.Read(attributes, Now));

        attributes.Remove(name);
        if (value is not null)
        {
            attributes[name] = value;
        }

        Assert.Null(Continuation.Read(attributes, Now));
    }

    [Fact]
    public void How_long_a_hook_waits_is_carried_with_its_last_beat()
    {
        var known = new HookTimes(TimeSpan.FromSeconds(300), Now.AddMinutes(-2).AddTicks(-Now.Ticks % TimeSpan.TicksPerSecond));
        var read = Continuation.Read((Sample() with { BeatAt = Now, HookTimes = known }).Write(), Now);

        Assert.Equal((Now, known), (read?.BeatAt, read?.HookTimes));
        Assert.Equal(known, HookTimes.Read(known.ToString(), Now));
    }

    [Theory]
    [InlineData("2026-08-27T13:19:03.0000000Z")]
    [InlineData("2026-08-27T13:19:03.0000000Z ")]
    [InlineData("2026-08-27T13:19:03.0000000Z 300")]
    [InlineData("2026-08-27T13:19:03.0000000Z 29 1787836743")]
    [InlineData("2026-08-27T13:19:03.0000000Z 7201 1787836743")]
    [InlineData("2026-08-27T13:19:03.0000000Z 300 99999999999")]
    [InlineData("2026-08-27T13:19:03.0000000Z 300 1")]
    [InlineData("2026-08-27T13:19:03.0000000Z 300 1787836743 more")]
    public void Times_of_a_hook_that_were_never_written_are_asked_for_again(string beatAt)
    {
        var read = Continuation.Read(new Dictionary<string, string>(Sample().Write()) { ["drainer-beat-at"] = beatAt }, Now);

        Assert.NotNull(read?.BeatAt);
        Assert.Null(read.HookTimes);
    }

    [Fact]
    public void Any_attributes_whatever_are_read_without_an_exception() => Gen.String.Array[5].Sample(values =>
    {
        _ = Continuation.Read(Sample().Write().Keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second), Now);
    });

    // SQS takes ten attributes and no more.
    [Fact]
    public void Everything_that_can_be_remembered_at_once_fits_into_a_message() => Assert.InRange(
        (Sample() with { CompleteAt = Now, BeatAt = Now, GoingSince = Now, Hooks = [new("workers", "drain") { BeatAt = Now }], Confirmed = ["i-0123456789abcdef0"], Node = NodeReference.Read("shop/node-1") }).Write().Count, 10, 10);

    private static Continuation Sample() => new()
    {
        FirstSeen = new(2026, 8, 27, 13, 19, 3, TimeSpan.Zero),
        Chain = new("message-1"),
        Attempt = 3,
        Why = "3 pods are held by a budget",
    };
}
