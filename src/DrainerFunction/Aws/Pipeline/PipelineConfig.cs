using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util.Internal;
using DrainerFunction.Runtime;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>
/// The configuration of a service whose SDK package this is not built with. Region, retries and <c>AWS_ENDPOINT_URL</c> are
/// the SDK's own.
/// </summary>
internal sealed class PipelineConfig(string endpointPrefix, string apiVersion) : ClientConfig(Defaults)
{
    private static readonly DefaultConfigurationProvider Defaults = new(
        [.. Enum.GetValues<DefaultConfigurationMode>().Select(mode => (IDefaultConfiguration)new DefaultConfiguration { Name = mode, RetryMode = RequestRetryMode.Standard })]);

    private static readonly string Agent = InternalSDKUtils.BuildUserAgentString("drainer-function", FunctionVersion.Text);

    public override string RegionEndpointServiceName => endpointPrefix;

    public override string ServiceVersion => apiVersion;

    public override string UserAgent => Agent;

    /// <summary>The service as the SDK's packages name it in a request.</summary>
    public string RequestName => $"Amazon.{ServiceId.Replace(" ", "", StringComparison.Ordinal)}";

    /// <param name="serviceId">As in the service's model: <c>Auto Scaling</c> makes AWS_ENDPOINT_URL_AUTO_SCALING.</param>
    public static PipelineConfig For(string serviceId, string endpointPrefix, string apiVersion)
    {
        var config = new PipelineConfig(endpointPrefix, apiVersion)
        {
            ServiceId = serviceId,
            AuthenticationServiceName = endpointPrefix,
        };
        config.EndpointProvider = new Endpoints(config);
        return config;
    }

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(new EndpointParameters());

    private sealed class Endpoints(PipelineConfig config) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters parameters) =>
            new(string.IsNullOrEmpty(config.ServiceURL)
                ? $"https://{PipelineHosts.Of(config.RegionEndpointServiceName, config.RegionEndpoint, config.UseFIPSEndpoint, config.UseDualstackEndpoint)}"
                : config.ServiceURL);
    }
}
