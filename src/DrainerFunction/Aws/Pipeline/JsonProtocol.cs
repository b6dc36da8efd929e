using System.Text;
using Amazon.Runtime.Internal;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>A request of the awsJson1_1 protocol. The answer is read as one of restJson1.</summary>
internal sealed class JsonRequest(string service, string target, string body) : PipelineRequest
{
    public override IRequest Build() => new DefaultRequest(this, service)
    {
        HttpMethod = "POST",
        ResourcePath = "/",
        Content = Encoding.UTF8.GetBytes(body),
        Headers = { ["X-Amz-Target"] = target, ["Content-Type"] = "application/x-amz-json-1.1" },
    };
}
