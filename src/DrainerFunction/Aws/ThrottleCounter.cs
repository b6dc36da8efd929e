using Amazon.Runtime;
using Amazon.Runtime.Internal;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws;

/// <summary>
/// Counts the answers that ask for fewer calls. It stands behind the SDK's retries, which hide most of them, and in the
/// pipeline of every client that goes out by <see cref="AwsHttp"/>.
/// </summary>
internal sealed class ThrottleCounter : PipelineHandler
{
    /// <summary>The SDK knows one list of such additions for the whole process; a second entry of the same name is nothing to it.</summary>
    public static void CountInAllClients() => RuntimePipelineCustomizerRegistry.Instance.Register(new Addition());

    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        try
        {
            return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
        }
        catch (AmazonServiceException answered) when (AwsCalls.RefusalOf(answered.ErrorCode, answered.StatusCode) is AwsRefusal.Throttled)
        {
            (executionContext.RequestContext.ClientConfig.HttpClientFactory as AwsHttp)?.CountThrottled();
            throw;
        }
    }

    private sealed class Addition : IRuntimePipelineCustomizer
    {
        public string UniqueName => nameof(ThrottleCounter);

        public void Customize(Type serviceClientType, RuntimePipeline pipeline) => pipeline.AddHandlerAfter<RetryHandler>(new ThrottleCounter());
    }
}
