using CsCheck;

namespace DrainerFunction.Interruptions;

public sealed class DeadlineTests
{
    private static readonly DateTimeOffset At = new(2026, 8, 27, 13, 19, 3, TimeSpan.Zero);

    private static readonly Gen<Deadline> AnyDeadline =
        from at in Gen.Int[0, 20]
        from kind in Gen.Int[0, 2]
        from hard in Gen.Int[0, 20]
        select kind switch
        {
            0 => Deadline.Soft(At.AddMinutes(at)),
            1 => Deadline.Hard(At.AddMinutes(at)),
            _ => new Deadline(At.AddMinutes(at), At.AddMinutes(hard)),
        };

    [Fact]
    public void Earliest_depends_neither_on_order_nor_on_grouping() => Gen.Select(AnyDeadline, AnyDeadline, AnyDeadline).Sample((a, b, c) =>
        Deadline.Earliest(a, b) == Deadline.Earliest(b, a)
        && Deadline.Earliest(Deadline.Earliest(a, b), c) == Deadline.Earliest(a, Deadline.Earliest(b, c))
        && Deadline.Earliest(a, a) == a);

    [Fact]
    public void Another_interruption_never_gives_a_hard_deadline_more_time() => Gen.Select(AnyDeadline, AnyDeadline).Sample((a, b) =>
        a.HardFrom is null || (Deadline.Earliest(a, b).At <= a.At && Deadline.Earliest(a, b).HardFrom <= a.HardFrom));

    [Fact]
    public void A_soft_deadline_never_shortens_a_hard_one() => Gen.Select(AnyDeadline, AnyDeadline).Sample((a, b) =>
        a.HardFrom is null || b.HardFrom is not null || Deadline.Earliest(a, b) == a);

    [Fact]
    public void Two_soft_deadlines_stay_soft_and_the_nearer_counts()
    {
        var both = Deadline.Earliest(Deadline.Soft(At.AddMinutes(5)), Deadline.Soft(At));

        Assert.Equal(Deadline.Soft(At), both);
        Assert.False(both.IsHardAt(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_deadline_turns_hard_at_its_moment_and_not_before()
    {
        var deadline = new Deadline(At, At.AddSeconds(-120));

        Assert.False(deadline.IsHardAt(At.AddSeconds(-121)));
        Assert.True(deadline.IsHardAt(At.AddSeconds(-120)));
        Assert.True(Deadline.Hard(At).IsHardAt(DateTimeOffset.MinValue));
    }
}
