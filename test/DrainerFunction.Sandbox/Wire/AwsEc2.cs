using System.Globalization;
using System.Xml.Linq;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>EC2's Query protocol (2016-11-15); element names as in the service's model.</summary>
internal static class AwsEc2
{
    public static IEnumerable<XElement?> Answer(AwsCall call, AwsRegion region)
    {
        var query = call.Query;
        var ids = query.List("InstanceId");
        switch (call.Operation)
        {
            case "DescribeInstances":
                var instances = region.Ec2.DescribeInstances(ids, Filters(query), query.Number("MaxResults"), query["NextToken"]);
                return [new XElement("reservationSet", instances.Items.GroupBy(instance => instance.ReservationId).Select(reservation => Reservation(region, reservation))), Next(instances.NextToken)];
            case "DescribeInstanceStatus":
                var statuses = region.Ec2.DescribeInstanceStatus(ids, Filters(query), query.Flag("IncludeAllInstances") ?? false, query.Number("MaxResults"), query["NextToken"]);
                return [new XElement("instanceStatusSet", statuses.Items.Select(Status)), Next(statuses.NextToken)];
            case "DescribeSpotInstanceRequests":
                var requests = region.Ec2.DescribeSpotInstanceRequests(query.List("SpotInstanceRequestId"), Filters(query), query.Number("MaxResults"), query["NextToken"]);
                return [new XElement("spotInstanceRequestSet", requests.Items.Select(SpotRequest)), Next(requests.NextToken)];
            case "DescribeCapacityReservations":
                return
                [
                    new XElement("capacityReservationSet", region.Ec2.Interruptions.DescribeCapacityBlocks(query.List("CapacityReservationId"), Filters(query)).Select(block => new XElement("item",
                        new XElement("capacityReservationId", block.Id),
                        new XElement("ownerId", region.Account),
                        new XElement("reservationType", "capacity-block"),
                        new XElement("state", block.State),
                        new XElement("endDateType", "limited"),
                        new XElement("endDate", Time(block.End))))),
                ];
            case "StartInstances":
                return [Changes(region.Ec2.StartInstances(ids))];
            case "StopInstances":
                return [Changes(region.Ec2.StopInstances(ids))];
            case "TerminateInstances":
                return [Changes(region.Ec2.TerminateInstances(ids))];
            case "CreateTags":
                region.Ec2.CreateTags(query.List("ResourceId"), Tags(query));
                return [new XElement("return", "true")];
            case "DeleteTags":
                region.Ec2.DeleteTags(query.List("ResourceId"), [.. Tags(query).Keys]);
                return [new XElement("return", "true")];
            case "DescribeTags":
                return
                [
                    new XElement("tagSet", region.Ec2.DescribeTags(Filters(query)).Select(tag => new XElement("item",
                        new XElement("resourceId", tag.ResourceId), new XElement("resourceType", "instance"), new XElement("key", tag.Key), new XElement("value", tag.Value)))),
                ];
            default:
                throw new AwsError("InvalidAction", $"The action {call.Operation} is not valid for this web service.", 400);
        }
    }

    private static List<Ec2Filter> Filters(QueryParameters query) =>
        [.. query.Groups("Filter").Select(filter => new Ec2Filter(filter.Required("Name"), filter.List("Value")))];

    private static Dictionary<string, string> Tags(QueryParameters query) =>
        query.Groups("Tag").ToDictionary(tag => tag.Required("Key"), tag => tag["Value"] ?? "");

    private static XElement? Next(string? token) => token is null ? null : new("nextToken", token);

    private static XElement Reservation(AwsRegion region, IGrouping<string, Instance> reservation) => new("item",
        new XElement("reservationId", reservation.Key),
        new XElement("ownerId", region.Account),
        new XElement("groupSet"),
        new XElement("instancesSet", reservation.Select(Shown)));

    private static XElement Shown(Instance instance)
    {
        var gone = instance.State is InstanceState.ShuttingDown or InstanceState.Terminated;
        return new("item",
            new XElement("instanceId", instance.InstanceId),
            new XElement("imageId", instance.ImageId),
            State("instanceState", instance.State),
            // A machine that goes has lost its names, and in the end its address.
            new XElement("privateDnsName", instance.DescribedDnsName),
            new XElement("dnsName"),
            new XElement("reason", instance.StateTransitionReason),
            new XElement("amiLaunchIndex", "0"),
            new XElement("productCodes"),
            new XElement("instanceType", instance.InstanceType),
            new XElement("launchTime", Time(instance.LaunchTime)),
            new XElement("placement", new XElement("availabilityZone", instance.AvailabilityZone), new XElement("groupName"), new XElement("tenancy", "default")),
            new XElement("monitoring", new XElement("state", "disabled")),
            gone ? null : new XElement("subnetId", "subnet-0123456789abcdef0"),
            gone ? null : new XElement("vpcId", "vpc-0123456789abcdef0"),
            gone ? null : new XElement("privateIpAddress", instance.PrivateIpAddress),
            instance.StateReasonCode is { } code ? new XElement("stateReason", new XElement("code", code), new XElement("message", instance.StateReasonMessage)) : null,
            new XElement("architecture", "x86_64"),
            new XElement("rootDeviceType", "ebs"),
            new XElement("virtualizationType", "hvm"),
            instance.Lifecycle is { } lifecycle ? new XElement("instanceLifecycle", lifecycle) : null,
            instance.SpotInstanceRequestId is { } request ? new XElement("spotInstanceRequestId", request) : null,
            instance.CapacityReservationId is { } reserved ? new XElement("capacityReservationId", reserved) : null,
            instance.Tags.Count == 0 ? null : new XElement("tagSet", instance.Tags.Select(tag => new XElement("item", new XElement("key", tag.Key), new XElement("value", tag.Value)))),
            new XElement("operator", new XElement("managed", instance.Operator is null ? "false" : "true"), instance.Operator is { } principal ? new XElement("principal", principal) : null));
    }

    private static XElement Status(Instance instance)
    {
        var health = instance.State == InstanceState.Running ? "ok" : "not-applicable";
        return new("item",
            new XElement("instanceId", instance.InstanceId),
            new XElement("availabilityZone", instance.AvailabilityZone),
            instance.Events.Count == 0 ? null : new XElement("eventsSet", instance.Events.Select(scheduled => new XElement("item",
                new XElement("instanceEventId", scheduled.EventId),
                new XElement("code", scheduled.Code),
                new XElement("description", scheduled.Description),
                new XElement("notBefore", Time(scheduled.NotBefore)),
                scheduled.NotAfter is { } end ? new XElement("notAfter", Time(end)) : null))),
            State("instanceState", instance.State),
            new XElement("systemStatus", new XElement("status", health)),
            new XElement("instanceStatus", new XElement("status", health)));
    }

    private static XElement SpotRequest(Instance instance) => new("item",
        new XElement("spotInstanceRequestId", instance.SpotInstanceRequestId),
        new XElement("type", "one-time"),
        new XElement("state", instance.SpotStatus!.State),
        new XElement("status", new XElement("code", instance.SpotStatus.Code), new XElement("updateTime", Time(instance.LaunchTime)), new XElement("message", "")),
        new XElement("instanceId", instance.InstanceId),
        new XElement("createTime", Time(instance.LaunchTime)),
        new XElement("productDescription", "Linux/UNIX"),
        new XElement("launchedAvailabilityZone", instance.AvailabilityZone));

    private static XElement Changes(IReadOnlyList<InstanceStateChange> changes) => new("instancesSet", changes.Select(change => new XElement("item",
        new XElement("instanceId", change.InstanceId), State("currentState", change.Current), State("previousState", change.Previous))));

    private static XElement State(string name, InstanceState state) => new(name, new XElement("code", (int)state), new XElement("name", state.Name()));

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
