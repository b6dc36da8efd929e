using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>A request of the awsJson1_1 protocol.</summary>
internal sealed class JsonRequest(string target, string body) : PipelineRequest
{
    public override IRequest Build(PipelineConfig service) => new DefaultRequest(this, service.RequestName)
    {
        HttpMethod = "POST",
        ResourcePath = "/",
        Content = Encoding.UTF8.GetBytes(body),
        Headers = { ["X-Amz-Target"] = target, ["Content-Type"] = "application/x-amz-json-1.1" },
    };
}

/// <summary>A GET of the restJson1 protocol.</summary>
internal sealed class RestJsonGet(string path, params IReadOnlyList<QueryParameter> query) : PipelineRequest
{
    public override IRequest Build(PipelineConfig service)
    {
        var request = new DefaultRequest(this, service.RequestName) { HttpMethod = "GET", ResourcePath = path, UseQueryString = query is not [] };
        Add(request, query);
        return request;
    }
}

/// <summary>What both answer.</summary>
internal sealed class JsonResponse(JsonElement root) : AmazonWebServiceResponse
{
    public JsonResponse()
        : this(default)
    {
    }

    public JsonElement Root => root;
}

internal sealed class JsonUnmarshaller : JsonResponseUnmarshaller
{
    public static readonly JsonUnmarshaller Instance = new();

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        using var json = JsonDocument.Parse(input.Stream);
        return new JsonResponse(json.RootElement.Clone());
    }

    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return new AmazonServiceException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }
}
