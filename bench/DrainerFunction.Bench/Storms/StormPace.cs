using DrainerFunction.Rig;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Bench.Storms;

/// <summary>What all processes of a storm share.</summary>
internal sealed class StormWeather(int seed)
{
    private readonly Dictionary<string, FairQueue> _queues = [];

    public Random Random { get; } = new(seed);

    public IReadOnlyCollection<FairQueue> Queues => _queues.Values;

    public FairQueue QueueOf(string cluster) => _queues.TryGetValue(cluster, out var known) ? known : _queues[cluster] = new();
}

/// <summary>One process on its share of a core: everything that it sends and reads waits for that share, one after the other.</summary>
internal sealed class StormPace(StormWeather weather, double share, int slower, TimeProvider time) : Pace
{
    private const int Retries = 2;
    private readonly TimeSpan _coldStart = StormModel.Draw(weather.Random, StormModel.ColdStart);
    private DateTimeOffset _free = DateTimeOffset.MinValue;
    private bool _isWarm;

    public override TimeSpan ColdStart => _coldStart;

    /// <summary>The processor's time of a whole core that it has used.</summary>
    public TimeSpan Used { get; private set; }

    public override async Task CallAsync(string service, string operation, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(Spend(StormModel.PerRequest) + StormModel.Draw(weather.Random, StormModel.Aws), time, cancellationToken);
    }

    public override TimeSpan? RetryAfter(int retries) =>
        retries < Retries ? TimeSpan.FromSeconds(weather.Random.NextDouble() * (1 << retries)) : null;

    public override async Task<bool> RequestAsync(Cluster cluster, string method, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(Spend(StormModel.PerRequest) + StormModel.Draw(weather.Random, StormModel.Network), time, cancellationToken);
        var queue = weather.QueueOf(cluster.Settings.Name);
        if (!await queue.EnterAsync())
        {
            return false;
        }

        try
        {
            await Task.Delay(StormModel.Draw(weather.Random, StormModel.Service), time, cancellationToken);
            return true;
        }
        finally
        {
            queue.Leave();
        }
    }

    public override Task AnswerAsync(TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(StormModel.Draw(weather.Random, StormModel.Network), time, cancellationToken);

    public override void Hear() => Spend(StormModel.PerWatchEvent);

    // What it has to do is done in order; the share makes each piece as much longer.
    private TimeSpan Spend(TimeSpan work)
    {
        work = slower * (work + (_isWarm ? TimeSpan.Zero : StormModel.FirstUse));
        _isWarm = true;
        Used += work;
        var now = time.GetUtcNow();
        _free = (_free > now ? _free : now) + (work / Math.Min(1, share));
        return _free - now;
    }
}
