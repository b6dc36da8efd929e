using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Util;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>A request of the awsQuery protocol: a form with Action, Version and the parameters; null parameters are left out.</summary>
internal sealed class QueryRequest(string service, string action, string version, IEnumerable<KeyValuePair<string, string?>> parameters) : PipelineRequest
{
    public override IRequest Build()
    {
        var request = new DefaultRequest(this, service) { HttpMethod = "POST", ResourcePath = "/" };
        request.Parameters["Action"] = action;
        request.Parameters["Version"] = version;
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                request.Parameters[name] = value;
            }
        }

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

internal sealed class QueryAnswer : XmlAnswer
{
    public static readonly QueryAnswer Instance = new();

    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context)
    {
        var root = XDocument.Load(context.Stream).Root!;
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return new QueryResponse(root)
        {
            ResponseMetadata = new ResponseMetadata { RequestId = root.Element("ResponseMetadata")?.Element("RequestId")?.Value },
        };
    }
}
