namespace DrainerFunction.Aws;

/// <summary>The signed clients of one account and region, made once and kept while the environment lives.</summary>
internal interface IAwsClients
{
    /// <summary>Answers of AWS that asked for fewer calls since the environment started, repeats included.</summary>
    long CallsThrottled { get; }

    /// <summary>The clients for a scope; those of another account act through the role that ASSUME_ROLE_NAME names there.</summary>
    AwsRegion In(AwsScope scope);
}

/// <summary>The few operations of one account and region that a drain needs.</summary>
internal sealed record AwsRegion(
    IInstances Instances,
    IAutoScaling AutoScaling,
    IEksClusters Clusters,
    IClusterTokens ClusterTokens,
    IEventSources EventSources,
    IEventRules EventRules,
    IAlarms Alarms);
