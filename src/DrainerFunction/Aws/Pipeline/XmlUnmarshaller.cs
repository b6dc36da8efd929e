using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>An answer in XML: what went wrong has the same elements in awsQuery and ec2Query.</summary>
internal abstract class XmlUnmarshaller : XmlResponseUnmarshaller
{
    /// <summary>The root of every answer is named after its operation. A page that something on the way put in its place is neither an empty list nor a yes.</summary>
    /// <exception cref="XmlException">It is another document.</exception>
    protected static void RefuseForeign(string root)
    {
        if (!root.EndsWith("Response", StringComparison.Ordinal))
        {
            throw new XmlException($"The answer is no answer of AWS: its root is {root}.");
        }
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext context, Exception innerException, HttpStatusCode statusCode)
    {
        var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(context);
        return new AmazonServiceException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }
}
