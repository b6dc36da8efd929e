using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>A page of an ec2Query list.</summary>
internal sealed class Ec2Page<T> : AmazonWebServiceResponse
{
    public IReadOnlyList<T> Items { get; init; } = [];

    public string? NextToken { get; init; }
}

/// <summary>Reads a list item by item, because a page of a thousand instances is megabytes of XML.</summary>
/// <param name="set">The element whose <c>item</c>s they are, for example <c>instancesSet</c>.</param>
/// <param name="read">Reads an item, whose elements have their plain names.</param>
internal sealed class Ec2Unmarshaller<T>(string set, Func<XElement, T> read) : XmlUnmarshaller
{
    private const int Outside = -1;

    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context)
    {
        List<T> items = [];
        string? next = null;
        using var xml = XmlReader.Create(context.Stream);
        var depth = Outside;
        xml.MoveToContent();
        RefuseForeign(xml.LocalName);
        while (!xml.EOF)
        {
            switch (xml.NodeType, xml.LocalName)
            {
                case (XmlNodeType.Element, "item") when depth is not Outside && xml.Depth == depth + 1:
                    items.Add(read(((XElement)XNode.ReadFrom(xml)).WithoutNamespaces()));
                    continue;
                case (XmlNodeType.Element, "nextToken") when xml.Depth is 1:
                    next = xml.ReadElementContentAsString();
                    continue;
                case (XmlNodeType.Element, var name) when name == set && !xml.IsEmptyElement:
                    depth = xml.Depth;
                    break;
                case (XmlNodeType.EndElement, var name) when name == set:
                    depth = Outside;
                    break;
            }

            xml.Read();
        }

        return new Ec2Page<T> { Items = items, NextToken = next };
    }
}
