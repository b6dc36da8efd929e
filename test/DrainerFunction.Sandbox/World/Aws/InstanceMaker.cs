namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>A new instance with the names and addresses that EC2 gives out.</summary>
internal static class InstanceMaker
{
    /// <param name="launched">How many were launched before it: the zones take turns.</param>
    public static Instance Make(AwsRegion region, InstanceSpec spec, int launched)
    {
        var chance = region.World.Chance;
        var zone = spec.AvailabilityZone ?? region.Name + "abc"[launched % 3];
        // Third and fourth part repeat after 750.
        var address = $"10.{launched / 750}.{(zone[^1] - 'a') * 32 + chance.Next(32)}.{4 + (launched % 250)}";
        var suffix = region.Name == "us-east-1" ? "ec2.internal" : $"{region.Name}.compute.internal";
        var dns = $"ip-{address.Replace('.', '-')}.{suffix}";
        return new()
        {
            InstanceId = spec.InstanceId ?? "i-" + region.Cloud.Identifiers.Hex(17),
            State = InstanceState.Pending,
            PrivateDnsName = dns,
            PrivateIpAddress = address,
            AvailabilityZone = zone,
            InstanceType = spec.InstanceType,
            ImageId = spec.ImageId,
            ReservationId = "r-" + region.Cloud.Identifiers.Hex(17),
            LaunchTime = region.World.Now,
            Tags = spec.Tags,
            IsSpot = spec.IsSpot,
            SpotInstanceRequestId = spec.IsSpot ? "sir-" + region.Cloud.Identifiers.Hex(8) : null,
            SpotStatus = spec.IsSpot ? SpotStatus.Fulfilled : null,
            OtherLifecycle = spec.Lifecycle,
            CapacityReservationId = spec.CapacityReservationId,
            ShutdownTime = spec.ShutdownTime,
            Operator = spec.Operator,
            ClusterName = spec.ClusterName,
            NodeName = spec.NodeName ?? dns,
        };
    }
}
