namespace DrainerFunction.Continuations;

public sealed class ChainTests
{
    private static readonly DateTimeOffset Sent = DateTimeOffset.FromUnixTimeMilliseconds(1_795_341_600_000);

    [Fact]
    public void A_chain_is_named_after_the_time_and_the_id_of_its_first_message() =>
        Assert.Equal("1795341600000-message-1.000000", Chain.First(Sent, "message-1?").Name);

    [Fact]
    public void A_redelivered_message_begins_the_same_chain() => Assert.Equal(Chain.First(Sent, "m"), Chain.First(Sent, "m"));

    [Fact]
    public void The_chain_of_a_later_message_is_younger() => Assert.True(Chain.First(Sent.AddMilliseconds(1), "a").IsYoungerThan(Chain.First(Sent, "z")));

    [Fact]
    public void Each_hop_is_younger_than_the_one_before_it_and_keeps_its_root()
    {
        var first = Chain.First(Sent, "m");
        var hop = first.Hop(9, "request").Hop(10, "another");

        Assert.True(hop.IsYoungerThan(first.Hop(9, "request")));
        Assert.Equal(first.Root, hop.Root);
    }

    [Fact]
    public void Two_copies_of_one_message_hop_to_two_names_one_of_them_younger() =>
        Assert.NotEqual(0, Chain.First(Sent, "m").Hop(1, "1f2e3d4c-5b6a").CompareTo(Chain.First(Sent, "m").Hop(1, "a0b1c2d3-e4f5")));

    [Theory]
    [InlineData("1795341600000-other.000003.abc")]
    [InlineData("1")]
    [InlineData("")]
    public void A_chain_that_takes_over_is_younger_than_the_one_it_follows(string other) =>
        Assert.True(Chain.First(Sent, "m").After(new(other)).IsYoungerThan(new(other)));

    [Fact]
    public void A_chain_that_is_younger_already_keeps_its_name() => Assert.Equal(Chain.First(Sent, "m"), Chain.First(Sent, "m").After(Chain.None));

    [Fact]
    public void The_youngest_of_several_is_the_greatest_in_ordinal_order() =>
        Assert.Equal(new Chain("a"), Chain.Youngest([new("B"), new("a"), new("_")]));

    [Fact]
    public void Every_real_chain_is_younger_than_none() => Assert.True(Chain.First(DateTimeOffset.UnixEpoch.AddMilliseconds(1), "m").IsYoungerThan(Chain.None));

    [Fact]
    public void A_chain_of_tomorrow_is_of_the_future_and_one_of_now_is_not()
    {
        Assert.True(Chain.First(Sent.AddDays(1), "m").IsOfFuture(Sent));
        Assert.False(Chain.First(Sent.AddMilliseconds(-1), "m").IsOfFuture(Sent));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no chain")]
    [InlineData("chain\n")]
    [InlineData("a/b")]
    public void What_cannot_be_the_name_of_a_chain_is_not_read(string? text) => Assert.Null(Chain.Read(text));

    [Fact]
    public void A_name_of_eighty_letters_is_the_longest() => Assert.Equal((true, true), (Chain.Read(new('a', 80)) is not null, Chain.Read(new('a', 81)) is null));
}
