using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Util;

namespace DrainerFunction.Aws.Pipeline;

/// <param name="Value">Null: it is left out.</param>
internal readonly record struct QueryParameter(string Name, string? Value);

/// <summary>A request of the awsQuery and ec2Query protocols: a form with Action, Version and the parameters.</summary>
internal sealed class QueryRequest(string action, IEnumerable<QueryParameter> parameters) : PipelineRequest
{
    public override IRequest Build(PipelineConfig service)
    {
        var request = new DefaultRequest(this, service.RequestName) { HttpMethod = "POST", ResourcePath = "/" };
        request.Parameters["Action"] = action;
        request.Parameters["Version"] = service.ServiceVersion;
        Add(request, parameters);
        request.ContentStream = AWSSDKUtils.WriteParametersToPooledStream(request);
        return request;
    }
}

/// <param name="root">The answer without its namespace, so that elements have their plain names.</param>
internal sealed class QueryResponse(XElement root) : AmazonWebServiceResponse
{
    public QueryResponse()
        : this(new XElement("Empty"))
    {
    }

    public XElement Root => root;
}

internal sealed class QueryUnmarshaller : XmlUnmarshaller
{
    public static readonly QueryUnmarshaller Instance = new();

    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context)
    {
        var root = XDocument.Load(context.Stream).Root!.WithoutNamespaces();
        RefuseForeign(root.Name.LocalName);
        return new QueryResponse(root)
        {
            ResponseMetadata = new ResponseMetadata { RequestId = root.Element("ResponseMetadata")?.Element("RequestId")?.Value },
        };
    }
}
