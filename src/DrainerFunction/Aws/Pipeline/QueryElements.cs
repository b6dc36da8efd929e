using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>The elements of an awsQuery answer.</summary>
internal static class QueryElements
{
    extension(XElement parent)
    {
        /// <summary>The members of a list; none when the list is absent.</summary>
        public IEnumerable<XElement> Listed(string name) => parent.Element(name)?.Elements("member") ?? [];

        public string Text(string name) =>
            parent.Element(name)?.Value ?? throw new XmlException($"{parent.Name} has no {name}.");

        public int Number(string name) => int.Parse(parent.Text(name), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
