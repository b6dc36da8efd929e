using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>An answer in XML: what went wrong has the same elements in awsQuery and ec2Query.</summary>
internal abstract class XmlUnmarshaller : XmlResponseUnmarshaller
{
    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext context, Exception innerException, HttpStatusCode statusCode)
    {
        var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(context);
        return new AmazonServiceException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }
}
