using System.Globalization;
using System.Xml.Linq;
using Amazon.Runtime;
using DrainerFunction.Aws.Pipeline;

namespace DrainerFunction.Aws.EC2;

/// <summary>
/// The operations of EC2 that are needed, in the shape of AWSSDK.EC2. That package reads thousands of constants by reflection
/// at its first call, which at a share of a core costs more than the call.
/// </summary>
internal sealed class AmazonEC2Client(AWSCredentials credentials, PipelineConfig config) : PipelineClient(credentials, config)
{
    private const string Version = "2016-11-15";

    private static readonly Ec2Answer<InstanceDetails> Instances = new("instancesSet", ReadInstance);
    private static readonly Ec2Answer<InstanceStatusDetails> Statuses = new("instanceStatusSet", ReadStatus);

    private static readonly Ec2Answer<SpotInstanceRequestDetails> SpotRequests = new("spotInstanceRequestSet", item => new(item.Text("instanceId"), item.Element("status")?.Text("code")));
    private static readonly Ec2Answer<CapacityReservationDetails> Reservations = new("capacityReservationSet", item => new(item.Time("endDate")));

    public static PipelineConfig NewConfig() => PipelineConfig.For("EC2", "ec2", Version);

    public Task<Ec2Page<InstanceDetails>> DescribeInstancesAsync(DescribeInstancesRequest request, CancellationToken cancellationToken) => AskAsync<Ec2Page<InstanceDetails>>(
        Query("DescribeInstances", [.. Parameters(request.Filters), new("MaxResults", request.MaxResults?.ToString(CultureInfo.InvariantCulture)), new("NextToken", request.NextToken)]),
        Instances,
        cancellationToken);

    public Task<Ec2Page<InstanceStatusDetails>> DescribeInstanceStatusAsync(DescribeInstanceStatusRequest request, CancellationToken cancellationToken) => AskAsync<Ec2Page<InstanceStatusDetails>>(
        Query("DescribeInstanceStatus", [.. Parameters(request.Filters), new("IncludeAllInstances", request.IncludeAllInstances ? "true" : null), new("NextToken", request.NextToken)]),
        Statuses,
        cancellationToken);

    public Task<Ec2Page<SpotInstanceRequestDetails>> DescribeSpotInstanceRequestsAsync(DescribeSpotInstanceRequestsRequest request, CancellationToken cancellationToken) => AskAsync<Ec2Page<SpotInstanceRequestDetails>>(
        Query("DescribeSpotInstanceRequests", [.. Parameters(request.Filters), new("NextToken", request.NextToken)]),
        SpotRequests,
        cancellationToken);

    public Task<Ec2Page<CapacityReservationDetails>> DescribeCapacityReservationsAsync(DescribeCapacityReservationsRequest request, CancellationToken cancellationToken) => AskAsync<Ec2Page<CapacityReservationDetails>>(
        Query("DescribeCapacityReservations", [new("CapacityReservationId.1", request.CapacityReservationId)]),
        Reservations,
        cancellationToken);

    private static QueryRequest Query(string action, IReadOnlyList<KeyValuePair<string, string?>> parameters) => new("Amazon.EC2", action, Version, parameters);

    // ec2Query numbers the members of a list without the word "member".
    private static IEnumerable<KeyValuePair<string, string?>> Parameters(IReadOnlyList<Filter> filters) => filters.SelectMany((filter, index) => (IEnumerable<KeyValuePair<string, string?>>)
        [new(string.Create(CultureInfo.InvariantCulture, $"Filter.{index + 1}.Name"), filter.Name),
            .. filter.Values.Select((value, place) => KeyValuePair.Create<string, string?>(string.Create(CultureInfo.InvariantCulture, $"Filter.{index + 1}.Value.{place + 1}"), value))]);

    private static InstanceDetails ReadInstance(XElement item) => new()
    {
        InstanceId = item.RequiredText("instanceId"),
        State = item.Element("instanceState")?.Text("name"),
        PrivateDnsName = item.Text("privateDnsName"),
        InstanceLifecycle = item.Text("instanceLifecycle"),
        CapacityReservationId = item.Text("capacityReservationId"),
        LaunchTime = item.Time("launchTime"),
        ManagedBy = item.Element("operator") is { } by && by.Text("managed") is "true" ? by.Text("principal") : null,
        Tags = item.Items("tagSet").ToDictionary(tag => tag.RequiredText("key"), tag => tag.Text("value") ?? "", StringComparer.Ordinal),
    };

    private static InstanceStatusDetails ReadStatus(XElement item) => new(
        item.RequiredText("instanceId"),
        [.. item.Items("eventsSet").Select(one => new InstanceStatusEvent(
            one.Text("instanceEventId"), one.Text("code"), one.Text("description"), one.Time("notBefore"), one.Time("notAfter")))]);
}
