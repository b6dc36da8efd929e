using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Nodes;

/// <summary>What AWS says of the instances of one batch: asked once for all of them, and again only for those it lags behind on.</summary>
internal sealed class InstanceDescriptions(IAwsClients aws, TimeProvider time)
{
    // Those that look again do so at the same moments.
    private readonly GatheredRequests<AwsScope, Interruption, Look> _again =
        new(time, (scope, wanted) => Task.FromResult(Look.Begin(aws.In(scope), wanted, new HashSet<string>(), time.GetUtcNow(), CancellationToken.None)));

    private readonly Dictionary<AwsScope, Look> _looks = [];

    /// <summary>Begins one look per account and region; none waits for another.</summary>
    /// <param name="interruptions">All of the batch.</param>
    /// <param name="waiting">The instances whose termination waits in a hook that Auto Scaling lately extended: their groups need not be asked.</param>
    public void Begin(IEnumerable<(AwsScope Scope, Interruption Interruption)> interruptions, IReadOnlySet<string> waiting, CancellationToken cancellationToken)
    {
        foreach (var inScope in interruptions.ToLookup(item => item.Scope, item => item.Interruption))
        {
            _looks[inScope.Key] = Look.Begin(aws.In(inScope.Key), [.. inScope], waiting, time.GetUtcNow(), cancellationToken);
        }
    }

    /// <param name="interruptions">All of one instance; only what they need is waited for.</param>
    /// <exception cref="AwsCallException">AWS could not be asked: this says nothing about the instance.</exception>
    public Task<InstanceDescription> FirstLookAsync(AwsScope scope, IReadOnlyList<Interruption> interruptions) => _looks[scope].OfAsync(interruptions);

    /// <returns>The tags of an instance, from the same look; null where EC2 knows none.</returns>
    /// <exception cref="AwsCallException">EC2 could not be asked.</exception>
    public Task<IReadOnlyDictionary<string, string>?> TagsOfAsync(AwsScope scope, string instanceId) => _looks[scope].TagsOfAsync(instanceId);

    /// <summary>Another look. All of a batch that ask for one at the same moment share its calls.</summary>
    /// <inheritdoc cref="FirstLookAsync"/>
    public async Task<InstanceDescription> LookAgainAsync(AwsScope scope, IReadOnlyList<Interruption> interruptions, CancellationToken cancellationToken) =>
        await (await _again.AskAsync(scope, interruptions).WaitAsync(cancellationToken)).OfAsync(interruptions).WaitAsync(cancellationToken);

    // Up to four calls, each awaited only where its answer is needed: one that fails fails no other.
    private sealed class Look(
        Task<IReadOnlyList<Instance>> instances,
        Task<IReadOnlyList<GroupInstance>> inGroups,
        Task<IReadOnlyList<ScheduledEvent>> events,
        Task<IReadOnlyDictionary<string, string>> spots,
        IReadOnlySet<string> waiting,
        DateTimeOffset begun)
    {
        public static Look Begin(AwsRegion region, IReadOnlyList<Interruption> interruptions, IReadOnlySet<string> waiting, DateTimeOffset now, CancellationToken cancellationToken) => new(
            region.Instances.DescribeAsync(Ids(interruptions, _ => true), cancellationToken),
            Ids(interruptions, one => NeedsGroup(one, waiting)) is { Count: > 0 } hooked ? region.AutoScaling.DescribeInstancesAsync(hooked, cancellationToken) : Nothing<GroupInstance>(),
            Ids(interruptions, NeedsEvents) is { Count: > 0 } due ? region.Instances.DescribeScheduledEventsAsync(due, cancellationToken) : Nothing<ScheduledEvent>(),
            Ids(interruptions, one => NeedsSpot(one, now)) is { Count: > 0 } late ? region.Instances.DescribeSpotStatusAsync(late, cancellationToken) : Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>()),
            waiting,
            now);

        public async Task<InstanceDescription> OfAsync(IReadOnlyList<Interruption> interruptions)
        {
            var instanceId = interruptions[0].InstanceId;
            var instance = (await instances).FirstOrDefault(one => one.InstanceId == instanceId);
            var (members, refusal) = interruptions.Any(one => NeedsGroup(one, waiting)) ? await GroupsAsync() : ([], null);
            var scheduled = interruptions.Any(NeedsEvents) ? (await events).Where(one => one.InstanceId == instanceId).ToList() : [];
            return new(instance, members.FirstOrDefault(one => one.InstanceId == instanceId), scheduled.Where(one => !one.IsOver).OrderBy(one => one.NotBefore).FirstOrDefault())
            {
                GroupRefusal = refusal,
                IsKnownToWait = waiting.Contains(instanceId),
                WasCanceled = scheduled.Count > 0 && scheduled.All(one => one.IsCanceled),
                SpotStatus = interruptions.Any(one => NeedsSpot(one, begun)) ? (await spots).GetValueOrDefault(instanceId) : null,
            };
        }

        public async Task<IReadOnlyDictionary<string, string>?> TagsOfAsync(string instanceId) =>
            (await instances).FirstOrDefault(one => one.InstanceId == instanceId)?.Tags;

        private async Task<(IReadOnlyList<GroupInstance> Members, AwsCallException? Refusal)> GroupsAsync()
        {
            try
            {
                return (await inGroups, null);
            }
            catch (AwsCallException refused)
            {
                return ([], refused);
            }
        }

        private static bool NeedsGroup(Interruption interruption, IReadOnlySet<string> waiting) => interruption is Interruption.Termination
            ? !waiting.Contains(interruption.InstanceId)
            : interruption is Interruption.Launch or Interruption.RebalanceRecommendation
                or Interruption.ScheduledChange { Notice.Status: ScheduledChangeStatus.Closed };

        private static bool NeedsEvents(Interruption interruption) => interruption is Interruption.ScheduledChange;

        private static bool NeedsSpot(Interruption interruption, DateTimeOffset now) => interruption is Interruption.SpotReclaim && VerificationRules.AsksSpotRequest(interruption, now);

        private static IReadOnlyList<string> Ids(IReadOnlyList<Interruption> interruptions, Func<Interruption, bool> which) =>
            [.. interruptions.Where(which).Select(interruption => interruption.InstanceId).Distinct()];

        private static Task<IReadOnlyList<T>> Nothing<T>() => Task.FromResult<IReadOnlyList<T>>([]);
    }
}
