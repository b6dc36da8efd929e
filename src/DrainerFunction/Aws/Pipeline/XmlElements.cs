using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>The elements of an answer in XML.</summary>
internal static class XmlElements
{
    extension(XElement parent)
    {
        /// <summary>The members of a list of awsQuery; none when the list is absent.</summary>
        public IEnumerable<XElement> Members(string list) => parent.Element(list)?.Elements("member") ?? [];

        /// <summary>The items of a set of ec2Query; none when the set is absent.</summary>
        public IEnumerable<XElement> Items(string set) => parent.Element(set)?.Elements("item") ?? [];

        /// <summary>Null when the element is absent or empty.</summary>
        public string? Text(string name) => parent.Element(name)?.Value is { Length: > 0 } text ? text : null;

        public string RequiredText(string name) => parent.Text(name) ?? throw new XmlException($"{parent.Name} has no {name}.");

        public bool IsTrue(string name) => parent.Text(name) is "true";

        public TimeSpan Seconds(string name) => TimeSpan.FromSeconds(int.Parse(parent.RequiredText(name), NumberStyles.None, CultureInfo.InvariantCulture));

        /// <exception cref="FormatException">It is no time.</exception>
        public DateTimeOffset? Time(string name) => parent.Text(name) is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
            : null;

        /// <summary>The same element, all names in it plain.</summary>
        public XElement WithoutNamespaces()
        {
            foreach (var element in parent.DescendantsAndSelf())
            {
                element.Name = element.Name.LocalName;
            }

            return parent;
        }
    }
}
