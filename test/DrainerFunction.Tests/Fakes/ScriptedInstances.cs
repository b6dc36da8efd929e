using DrainerFunction.Aws;

namespace DrainerFunction.Fakes;

/// <summary>EC2 as one test wants it: the instances there are, or a refusal.</summary>
internal sealed class ScriptedInstances : IInstances
{
    public Func<IReadOnlyList<Instance>> Described { get; set; } = () => [];

    public IReadOnlyList<ScheduledEvent> Events { get; set; } = [];

    public string SpotStatus { get; set; } = "marked-for-termination";

    /// <summary>How often instances were described.</summary>
    public int Looks { get; private set; }

    public async Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        Looks++;
        await Task.CompletedTask;
        return Described();
    }

    public Task<IReadOnlyList<ScheduledEvent>> DescribeScheduledEventsAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) => Task.FromResult(Events);

    public Task<IReadOnlyDictionary<string, string>> DescribeSpotStatusAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(instanceIds.ToDictionary(id => id, _ => SpotStatus));

    public Task<IReadOnlyList<Instance>> DescribeReservedAsync(string reservationId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DateTimeOffset?> DescribeReservationEndAsync(string reservationId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Instance>> DescribeRunningAsync(IReadOnlyList<string> tagKeys, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ScheduledEvent>> DescribeAllScheduledEventsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
