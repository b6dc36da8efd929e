namespace DrainerFunction.Interruptions;

/// <summary>Health repeats itself: after every change, to the backup region, and to an organization's other accounts.</summary>
internal static class ScheduledChanges
{
    /// <summary>
    /// Of all that was said about one change of one instance the newest, whatever the order of arrival. An event's ARN is
    /// not unique to an account, so the account counts too.
    /// </summary>
    public static IReadOnlyList<Interruption.ScheduledChange> Newest(IEnumerable<Interruption.ScheduledChange> changes) =>
    [
        .. from change in changes
           group change by (change.Notice.EventArn, change.Account, change.InstanceId) into repeats
           select repeats.MaxBy(change => (change.Notice.LastUpdatedAt ?? DateTimeOffset.MinValue, change.Notice.Status, change.At)),
    ];
}
