namespace DrainerFunction.Runtime.Scheduling;

/// <summary>Arithmetic that stops at the ends of the calendar: deadlines come from messages.</summary>
internal static class SaturatingTime
{
    extension(DateTimeOffset instant)
    {
        public DateTimeOffset Before(TimeSpan by) =>
            instant.UtcTicks > by.Ticks ? instant - by : DateTimeOffset.MinValue;

        public DateTimeOffset After(TimeSpan by) =>
            DateTimeOffset.MaxValue.UtcTicks - instant.UtcTicks > by.Ticks ? instant + by : DateTimeOffset.MaxValue;
    }
}
