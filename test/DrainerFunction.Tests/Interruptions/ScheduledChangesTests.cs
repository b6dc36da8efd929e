using CsCheck;

namespace DrainerFunction.Interruptions;

public sealed class ScheduledChangesTests
{
    private static readonly DateTimeOffset Start = new(2026, 9, 10, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_repeats_the_newest_counts_whatever_came_first()
    {
        var announced = Change(updatedHour: 1, status: ScheduledChangeStatus.Upcoming);
        var moved = Change(updatedHour: 2, status: ScheduledChangeStatus.Upcoming);
        var closed = Change(updatedHour: 3, status: ScheduledChangeStatus.Closed);

        Assert.Equal(closed, Assert.Single(ScheduledChanges.Newest([closed, announced, moved])));
        Assert.Equal(moved, Assert.Single(ScheduledChanges.Newest([moved, announced])));
    }

    [Fact]
    public void Without_a_date_an_end_outranks_a_beginning() => Assert.Equal(
        ScheduledChangeStatus.Closed,
        Assert.Single(ScheduledChanges.Newest([Change(null, ScheduledChangeStatus.Closed), Change(null, ScheduledChangeStatus.Open)])).Notice.Status);

    [Fact]
    public void Other_instances_other_accounts_and_other_changes_stay_apart() => Assert.Equal(4, ScheduledChanges.Newest(
    [
        Change(1, ScheduledChangeStatus.Open),
        Change(1, ScheduledChangeStatus.Open, instance: "i-0f9e8d7c6b5a43210"),
        Change(1, ScheduledChangeStatus.Open, account: "210987654321"),
        Change(1, ScheduledChangeStatus.Open, arn: "arn:other"),
    ]).Count);

    [Fact]
    public void The_order_of_arrival_never_matters()
    {
        var change = Gen.Select(Gen.Int[0, 3], Gen.Enum<ScheduledChangeStatus>(), Gen.Int[0, 1], (hour, status, instance) =>
            Change(hour == 0 ? null : hour, status, instance: $"i-0000000{instance}"));

        change.Array[0, 8].Sample(changes => Sorted(changes).SequenceEqual(Sorted(changes.Reverse())), seed: "0000KnWk7QS3");

        static IEnumerable<Interruption.ScheduledChange> Sorted(IEnumerable<Interruption.ScheduledChange> changes) =>
            ScheduledChanges.Newest(changes).OrderBy(one => one.InstanceId, StringComparer.Ordinal);
    }

    private static Interruption.ScheduledChange Change(
        int? updatedHour, ScheduledChangeStatus status, string instance = "i-0a1b2c3d4e5f60718", string account = "123456789012", string arn = "arn:one") =>
        new(new ScheduledChangeNotice
        {
            EventArn = arn,
            EventTypeCode = "AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED",
            StartTime = Start,
            Status = status,
            LastUpdatedAt = updatedHour is { } hour ? Start.AddHours(hour) : null,
        })
        { InstanceId = instance, Account = account, Region = "eu-west-1", At = Start };
}
