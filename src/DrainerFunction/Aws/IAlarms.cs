namespace DrainerFunction.Aws;

/// <summary>The alarms of CloudWatch.</summary>
internal interface IAlarms
{
    /// <summary>Those on one metric. CloudWatch leaves out the ones that compute with it and the composite ones.</summary>
    /// <exception cref="AwsCallException">A call failed.</exception>
    Task<IReadOnlyList<Alarm>> ListAsync(WatchedMetric metric, CancellationToken cancellationToken);
}

/// <param name="Tells">It does something when it goes off.</param>
internal sealed record Alarm(string Name, bool Tells);

/// <summary>A metric with one dimension.</summary>
internal sealed record WatchedMetric(string Namespace, string Name, string Dimension, string Value);
