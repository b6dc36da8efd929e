using DrainerFunction.Aws;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Rig;

/// <summary>
/// How a simulated process reaches the world: some time on the way there, the world's answer, some time on the way back.
/// A process that dies on the way there changes nothing; one that dies on the way back never learns what it changed.
/// </summary>
internal sealed class WorldCalls(SimulatedWorld world, List<string> seen, TimeProvider loopTime, Pace pace)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public long Throttled { get; private set; }

    public async Task<T> AskAsync<T>(Sandbox.World.Aws.AwsRegion region, string service, string operation, Func<T> ask, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await AskOnceAsync(service, operation, () => { region.Rates.Take(service, operation); return ask(); }, cancellationToken);
            }
            catch (AwsCallException refused) when (refused.Refusal is AwsRefusal.Throttled && pace.RetryAfter(retries) is { } after)
            {
                await Task.Delay(after, loopTime, cancellationToken);
            }
        }
    }

    private async Task<T> AskOnceAsync<T>(string service, string operation, Func<T> ask, CancellationToken cancellationToken)
    {
        await pace.CallAsync(service, operation, loopTime, cancellationToken);
        seen.Add($"{service}:{operation}");
        var (answer, refusal, lost) = Answer(service, operation, ask);
        if (lost is { } wait)
        {
            await Task.Delay(wait, loopTime, cancellationToken);
        }

        await pace.AnswerAsync(loopTime, cancellationToken);
        return refusal is null ? answer! : throw Translated(service, operation, refusal);
    }

    private (T? Answer, Exception? Refusal, TimeSpan? Lost) Answer<T>(string service, string operation, Func<T> ask)
    {
        lock (world.Gate)
        {
            var fault = world.Aws.Faults.Strike(service, operation);
            switch (fault?.Kind)
            {
                case AwsFaultKind.Latency when fault.Latency >= Timeout:
                    return (default, new TimeoutException("no answer in 10 s"), Timeout);
                case AwsFaultKind.Latency:
                    return (ask(), null, fault.Latency);
                case null:
                    return Asked(ask);
                default:
                    return (default, fault.Refusal(service) ?? (Exception)new IOException("the connection was reset"), null);
            }
        }
    }

    private static (T? Answer, Exception? Refusal, TimeSpan? Lost) Asked<T>(Func<T> ask)
    {
        try
        {
            return (ask(), null, null);
        }
        catch (AwsError error)
        {
            return (default, error, null);
        }
    }

    private AwsCallException Translated(string service, string operation, Exception refusal)
    {
        var (kind, code) = refusal switch
        {
            AwsError { Code: "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "RequestThrottled" } error => (AwsRefusal.Throttled, error.Code),
            AwsError { Status: >= 500 } error => (AwsRefusal.Unreachable, error.Code),
            AwsError { Status: 403 } error => (AwsRefusal.Denied, error.Code),
            AwsError { Status: 404 } or AwsError { Code: "QueueDoesNotExist" } => (AwsRefusal.NotFound, ((AwsError)refusal).Code),
            AwsError error => (AwsRefusal.Invalid, error.Code),
            _ => (AwsRefusal.Unreachable, "Unreachable"),
        };
        Throttled += kind is AwsRefusal.Throttled ? 1 : 0;
        return new(kind, $"{service}:{operation}", code, refusal.Message, refusal);
    }
}
