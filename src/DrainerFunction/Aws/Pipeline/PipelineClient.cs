using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>A service client on the SDK's own pipeline: credentials, Signature Version 4, retries, clock skew and typed errors are its work.</summary>
internal sealed class PipelineClient(AWSCredentials credentials, PipelineConfig config) : AmazonServiceClient(credentials, config)
{
    private readonly Marshalling _marshalling = new(config);

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata(config.ServiceId);

    public Task<T> AskAsync<T>(PipelineRequest request, ResponseUnmarshaller answer, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse, new() =>
        InvokeAsync<T>(request, new InvokeOptions { RequestMarshaller = _marshalling, ResponseUnmarshaller = answer }, cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new BaseEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new SignatureVersion4());
    }

    private sealed class Metadata(string serviceId) : IServiceMetadata
    {
        public string ServiceId => serviceId;

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class SignatureVersion4 : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class Marshalling(PipelineConfig config) : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input) => ((PipelineRequest)input).Build(config);
    }
}

internal abstract class PipelineRequest : AmazonWebServiceRequest
{
    public abstract IRequest Build(PipelineConfig service);

    /// <summary>The parameters that have a value.</summary>
    protected static void Add(IRequest request, IEnumerable<QueryParameter> parameters)
    {
        foreach (var (name, value) in parameters.Where(parameter => parameter.Value is not null))
        {
            request.Parameters[name] = value;
        }
    }
}
