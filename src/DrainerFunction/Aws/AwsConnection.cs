using Amazon;
using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;
using DrainerFunction.Runtime;

namespace DrainerFunction.Aws;

/// <summary>What all clients share: how they reach AWS, with which credentials, and how often they try.</summary>
internal sealed class AwsConnection(AwsHttp http, Func<AWSCredentials> credentials, string ownRegion)
{
    // At most 50 characters of a user agent; what CloudTrail shows of a call.
    private const string ClientAppId = $"drainer-function-{FunctionVersion.Text}";

    private readonly Lazy<AWSCredentials> _credentials = new(credentials);

    static AwsConnection() => ThrottleCounter.CountInAllClients();

    public string OwnRegion => ownRegion;

    public long CallsThrottled => http.CallsThrottled;

    /// <summary>The default chain's: in Lambda, the function's role.</summary>
    public AWSCredentials OwnCredentials => _credentials.Value;

    public T Set<T>(T config, string region)
        where T : ClientConfig
    {
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        config.AuthenticationRegion = region;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = 2;
        config.ClientAppId = ClientAppId;
        config.HttpClientFactory = http;
        return config;
    }
}
