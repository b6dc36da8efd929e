using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>A GET of the restJson1 protocol.</summary>
internal sealed class RestJsonGet(string service, string path) : PipelineRequest
{
    /// <summary>Parameters of the URL.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    public override IRequest Build()
    {
        var request = new DefaultRequest(this, service) { HttpMethod = "GET", ResourcePath = path, UseQueryString = Query is not [] };
        foreach (var (name, value) in Query)
        {
            request.Parameters[name] = value;
        }

        return request;
    }
}

internal sealed class RestJsonResponse(JsonElement root) : AmazonWebServiceResponse
{
    public RestJsonResponse()
        : this(default)
    {
    }

    public JsonElement Root => root;
}

internal sealed class RestJsonAnswer : JsonResponseUnmarshaller
{
    public static readonly RestJsonAnswer Instance = new();

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        using var json = JsonDocument.Parse(input.Stream);
        return new RestJsonResponse(json.RootElement.Clone());
    }

    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return new AmazonServiceException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }
}
