namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>
/// How many calls an account may make in a region. EC2 counts each operation by itself, Auto Scaling all of them together;
/// what finds its bucket empty is refused, in the service's words.
/// </summary>
internal sealed class ApiRates(AwsRegion region)
{
    private readonly Dictionary<string, (double Tokens, DateTimeOffset FilledAt)> _buckets = [];

    /// <summary>By service: so many at once, and so many a second after that. A service that is not named has no bound.</summary>
    public Dictionary<string, ApiRate> Of { get; } = new() { ["ec2"] = new(100, 20), ["autoscaling"] = new(20, 5) };

    public int Refusals { get; private set; }

    /// <exception cref="AwsError">There were too many.</exception>
    public void Take(string service, string operation)
    {
        lock (region.World.Gate)
        {
            if (!Of.TryGetValue(service, out var rate))
            {
                return;
            }

            var bucket = service == "ec2" ? $"{service}:{operation}" : service;
            var now = region.World.Now;
            var (left, filledAt) = _buckets.GetValueOrDefault(bucket, (rate.Burst, now));
            var tokens = Math.Min(rate.Burst, left + ((now - filledAt).TotalSeconds * rate.PerSecond));
            _buckets[bucket] = (tokens < 1 ? tokens : tokens - 1, now);
            if (tokens < 1)
            {
                Refusals++;
                region.World.Tape.Record("fault", nameof(AwsFaultKind.Throttle), $"{service}:{operation}", $"the account's rate refuses {service} {operation}");
                throw Refusal(service, operation);
            }
        }
    }

    private AwsError Refusal(string service, string operation) => service == "ec2"
        ? new("RequestLimitExceeded", $"Request limit exceeded. Account {region.Account} has been throttled on ec2:{operation} because it exceeded its request rate limit.", 503)
        : new("Throttling", "Rate exceeded", 400);
}

internal sealed record ApiRate(double Burst, double PerSecond);
