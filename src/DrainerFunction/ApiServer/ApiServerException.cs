using DrainerFunction.Aws;

namespace DrainerFunction.ApiServer;

/// <summary>The cluster could not be asked, or would not answer. It says nothing about what the cluster holds.</summary>
internal sealed class ApiServerException(ApiServerRefusal refusal, string clusterName, string message, TimeSpan? retryAfter = null, Exception? cause = null)
    : Exception($"Cluster {clusterName}: {message.TrimEnd('.')}", cause)
{
    public ApiServerRefusal Refusal => refusal;

    public string ClusterName => clusterName;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>The admission webhook or policy behind <see cref="ApiServerRefusal.Denied"/>, where the answer tells it.</summary>
    public string? By { get; init; }

    /// <summary>Without what AWS has to tell, the cluster cannot be asked.</summary>
    public static ApiServerException Of(AwsCallException refused, string clusterName) => new(
        refused.Refusal switch
        {
            AwsRefusal.Denied => ApiServerRefusal.Forbidden,
            AwsRefusal.Throttled => ApiServerRefusal.Overloaded,
            _ => ApiServerRefusal.Unreachable,
        },
        clusterName,
        refused.Message,
        cause: refused);
}

internal enum ApiServerRefusal
{
    /// <summary>No connection, no answer in time, a certificate that is not the cluster's, or a 5xx.</summary>
    Unreachable,

    /// <summary>401: the token was not accepted, even a fresh one.</summary>
    Unauthorized,

    /// <summary>403: the caller is known and may not do this.</summary>
    Forbidden,

    /// <summary>429 from priority and fairness.</summary>
    Overloaded,

    /// <summary>An admission webhook or a rule of the API itself refuses this one request: the cluster is reachable and knows the caller.</summary>
    Denied,
}
