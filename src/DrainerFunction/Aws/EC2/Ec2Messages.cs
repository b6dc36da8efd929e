using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace DrainerFunction.Aws.EC2;

internal sealed record Filter(string Name, IReadOnlyList<string> Values);

internal sealed record DescribeInstancesRequest(IReadOnlyList<Filter> Filters, int? MaxResults, string? NextToken);

internal sealed record InstanceDetails
{
    public required string InstanceId { get; init; }

    public required string? State { get; init; }

    public required string? PrivateDnsName { get; init; }

    public required string? InstanceLifecycle { get; init; }

    public required string? CapacityReservationId { get; init; }

    public required DateTimeOffset? LaunchTime { get; init; }

    /// <summary>The principal of the service that manages it; null where none does.</summary>
    public required string? ManagedBy { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }
}

internal sealed record DescribeInstanceStatusRequest(bool IncludeAllInstances, IReadOnlyList<Filter> Filters, string? NextToken);

internal sealed record InstanceStatusDetails(string InstanceId, IReadOnlyList<InstanceStatusEvent> Events);

internal sealed record InstanceStatusEvent(string? InstanceEventId, string? Code, string? Description, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter);

internal sealed record DescribeCapacityReservationsRequest(string CapacityReservationId);

internal sealed record DescribeSpotInstanceRequestsRequest(IReadOnlyList<Filter> Filters, string? NextToken);

internal sealed record SpotInstanceRequestDetails(string? InstanceId, string? StatusCode);

internal sealed record CapacityReservationDetails(DateTimeOffset? EndDate);

internal static class Ec2Elements
{
    extension(XElement parent)
    {
        /// <summary>The items of a set; none when the set is absent.</summary>
        public IEnumerable<XElement> Items(string set) => parent.Element(set)?.Elements("item") ?? [];

        /// <summary>Null when the element is absent or empty.</summary>
        public string? Text(string name) => parent.Element(name)?.Value is { Length: > 0 } text ? text : null;

        public string RequiredText(string name) => parent.Text(name) ?? throw new XmlException($"{parent.Name} has no {name}.");

        /// <exception cref="FormatException">It is no time.</exception>
        public DateTimeOffset? Time(string name) => parent.Text(name) is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
            : null;
    }
}
