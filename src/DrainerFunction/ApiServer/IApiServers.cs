using DrainerFunction.Aws;

namespace DrainerFunction.ApiServer;

/// <summary>The API servers of every cluster that may be drained in, each connected once and kept while the environment lives.</summary>
internal interface IApiServers
{
    /// <summary>Requests sent to all clusters since the environment started, watches and repeats included.</summary>
    long RequestsSent { get; }

    /// <summary>Answers of all clusters that asked for fewer requests; an eviction that a disruption budget holds is none.</summary>
    long RequestsThrottled { get; }

    /// <summary>The API server of a cluster, or null when EKS says that there is none of that name in that account and region.</summary>
    /// <exception cref="ApiServerException">EKS could not be asked.</exception>
    Task<IApiServer?> ConnectAsync(ClusterName cluster, CancellationToken cancellationToken);

    /// <summary>The same cluster, as a check reads it.</summary>
    /// <inheritdoc cref="ConnectAsync"/>
    Task<IClusterReader?> ReadAsync(ClusterName cluster, CancellationToken cancellationToken);
}

/// <summary>A cluster's full name: EKS names are unique only within an account and region.</summary>
internal readonly record struct ClusterName(AwsScope Scope, string Name)
{
    public override string ToString() => Name;
}
