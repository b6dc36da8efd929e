using System.IO.Enumeration;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The filters of DescribeInstances and DescribeInstanceStatus: all must hold, the values of one are alternatives.</summary>
internal static class Ec2Filters
{
    public static bool Match(this IReadOnlyList<Ec2Filter> filters, Instance instance) =>
        filters.All(filter => Values(filter.Name, instance).Any(actual => filter.Values.Any(wanted => Like(wanted, actual))));

    /// <summary>Those of DescribeSpotInstanceRequests.</summary>
    public static bool MatchRequest(this IReadOnlyList<Ec2Filter> filters, Instance instance) =>
        filters.All(filter => RequestValues(filter.Name, instance).Any(actual => filter.Values.Any(wanted => Like(wanted, actual))));

    private static IEnumerable<string> RequestValues(string filter, Instance instance) => filter switch
    {
        "spot-instance-request-id" => [instance.SpotInstanceRequestId!],
        "instance-id" => [instance.InstanceId],
        "state" => [instance.SpotStatus!.State],
        "status-code" => [instance.SpotStatus!.Code],
        _ => throw new AwsError("InvalidParameterValue", $"The filter '{filter}' is invalid", 400),
    };

    private static IEnumerable<string> Values(string filter, Instance instance) => filter switch
    {
        "instance-id" => [instance.InstanceId],
        "private-dns-name" => [instance.DescribedDnsName],
        "private-ip-address" or "network-interface.addresses.private-ip-address" => [instance.PrivateIpAddress],
        "instance-state-name" => [instance.State.Name()],
        "instance-state-code" => [((int)instance.State).ToString(System.Globalization.CultureInfo.InvariantCulture)],
        "instance-lifecycle" => instance.Lifecycle is { } lifecycle ? [lifecycle] : [],
        "capacity-reservation-id" => instance.CapacityReservationId is { } reservation ? [reservation] : [],
        "instance-type" => [instance.InstanceType],
        "image-id" => [instance.ImageId],
        "availability-zone" => [instance.AvailabilityZone],
        "reservation-id" => [instance.ReservationId],
        "operator.managed" => [instance.Operator is null ? "false" : "true"],
        "operator.principal" => instance.Operator is { } principal ? [principal] : [],
        "tag-key" => instance.Tags.Keys,
        "event.code" => instance.Events.Select(scheduled => scheduled.Code),
        "event.instance-event-id" => instance.Events.Select(scheduled => scheduled.EventId),
        _ when filter.StartsWith("tag:", StringComparison.Ordinal) => instance.Tags.TryGetValue(filter[4..], out var value) ? [value] : [],
        _ => throw new AwsError("InvalidParameterValue", $"The filter '{filter}' is invalid", 400),
    };

    // EC2's wildcards are those of file names: *, ? and a backslash before either.
    private static bool Like(string wanted, string actual) => FileSystemName.MatchesSimpleExpression(wanted, actual, ignoreCase: false);
}
