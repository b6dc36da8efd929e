using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>What EC2 does to instances unasked: spot reclaims, rebalance recommendations, scheduled events, capacity taken back.</summary>
internal sealed class Ec2Interruptions(AwsRegion region, Ec2 ec2)
{
    public static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BlockWarning = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan BlockClearing = TimeSpan.FromMinutes(30);
    private readonly SimulatedWorld _world = region.World;
    private readonly Dictionary<string, DateTimeOffset> _blocks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DateTimeOffset At, DateTimeOffset Said)> _announced = new(StringComparer.Ordinal);

    /// <summary>The nearest end of the machine that EC2 has announced for a fixed moment, and when it did; null without one.</summary>
    public (DateTimeOffset At, DateTimeOffset Said)? AnnouncedEnd(string instanceId) => _announced.TryGetValue(instanceId, out var end) ? end : null;

    /// <summary>The two-minute notice, and two minutes later the end; hibernation begins with the notice.</summary>
    /// <param name="late">So much later than it says EC2 takes the machine.</param>
    public void SpotReclaim(string instanceId, string action = "terminate", TimeSpan late = default)
    {
        lock (_world.Gate)
        {
            var instance = ec2.Existing(instanceId);
            ec2.Change(instanceId, known => known with { SpotStatus = known.IsSpot ? SpotStatus.Marked(action) : null });
            Announce(instanceId, _world.Now + Notice, _world.Now);
            _world.Tape.Record("ec2", "spot-reclaim", instanceId, $"Spot interruption notice for {instanceId}: {action} in two minutes");
            region.Events.Emit("aws.ec2", "EC2 Spot Instance Interruption Warning",
                [$"arn:{region.Partition}:ec2:{instance.AvailabilityZone}:instance/{instanceId}"],
                new() { ["instance-id"] = instanceId, ["instance-action"] = action });
            ec2.NoteRisk(instanceId);
            var through = action == "terminate" ? InstanceState.ShuttingDown : InstanceState.Stopping;
            var reason = action == "terminate" ? "Server.SpotInstanceTermination" : "Server.SpotInstanceShutdown";
            _world.Agenda.After(action == "hibernate" ? TimeSpan.Zero : Notice + late, () => TakeDown(instanceId, through, reason, $"{reason}: Instance was interrupted by Amazon EC2"));
        }
    }

    public void Rebalance(string instanceId)
    {
        lock (_world.Gate)
        {
            ec2.Existing(instanceId);
            _world.Tape.Record("ec2", "rebalance", instanceId, $"EC2 recommends to replace {instanceId}");
            region.Events.Emit("aws.ec2", "EC2 Instance Rebalance Recommendation", [region.Arn("ec2", "instance/" + instanceId)], new() { ["instance-id"] = instanceId });
            ec2.NoteRisk(instanceId);
        }
    }

    /// <summary>The owner of an interruptible capacity reservation takes it back.</summary>
    /// <param name="late">So much later than it says EC2 takes the machine.</param>
    public void CapacityReclaim(string instanceId, TimeSpan? notice = null, TimeSpan late = default)
    {
        lock (_world.Gate)
        {
            var instance = ec2.Existing(instanceId);
            var end = _world.Now + (notice ?? Notice);
            Announce(instanceId, end, _world.Now);
            _world.Tape.Record("ec2", "capacity-reclaim", instanceId, $"the capacity of {instanceId} is taken back at {end:HH:mm:ss}");
            region.Events.Emit("aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning", [region.Arn("ec2", "instance/" + instanceId)], new()
            {
                ["instance-id"] = instanceId,
                ["instance-action"] = "terminate",
                ["instance-termination-time"] = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["azId"] = "euw1-az1",
            });
            ec2.NoteRisk(instance.InstanceId);
            _world.Agenda.At(end + late, () => TakeDown(instanceId, InstanceState.ShuttingDown, "Server.CapacityReservationTermination", "Server.CapacityReservationTermination: Instance was interrupted by Amazon EC2"));
        }
    }

    /// <summary>
    /// A Capacity Block ends in forty minutes: the warning names the reservation, no instance, and thirty minutes before the end its
    /// instances begin to go ("Monitor Capacity Blocks using EventBridge", EC2 user guide).
    /// </summary>
    /// <param name="detailType">The page prints it under two names.</param>
    public void EndCapacityBlock(string reservationId, string detailType = "Capacity Block Expiration Warning")
    {
        lock (_world.Gate)
        {
            var end = _blocks[reservationId] = _world.Now + BlockWarning;
            _world.Tape.Record("ec2", "capacity-block-ends", reservationId, $"the Capacity Block {reservationId} ends at {end:HH:mm:ss}");
            foreach (var instance in InBlock(reservationId))
            {
                Announce(instance.InstanceId, end - BlockClearing, _world.Now);
                _world.Tape.Record("ec2", "capacity-reclaim", instance.InstanceId, $"the capacity of {instance.InstanceId} is taken back from {end - BlockClearing:HH:mm:ss} on");
            }

            region.Events.Emit("aws.ec2", detailType, [region.Arn("ec2", "capacity-reservation/" + reservationId)], new()
            {
                ["capacity-reservation-id"] = reservationId,
                ["end-date"] = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            });
            _world.Agenda.At(end - BlockClearing, () => ClearBlock(reservationId, end));
        }
    }

    /// <summary>An extension that is paid late moves the end after the warning: until 35 minutes before the end it may.</summary>
    public void ExtendCapacityBlock(string reservationId, TimeSpan by)
    {
        lock (_world.Gate)
        {
            _blocks[reservationId] = (_blocks.TryGetValue(reservationId, out var end) ? end : _world.Now + BlockWarning) + by;
            foreach (var instance in InBlock(reservationId))
            {
                _announced.Remove(instance.InstanceId);
            }

            _world.Tape.Record("ec2", "capacity-block-extended", reservationId, $"the Capacity Block {reservationId} ends at {_blocks[reservationId]:u}");
        }
    }

    /// <summary>The blocks of which anything was said so far, with their end as it is now.</summary>
    public IReadOnlyList<(string Id, string State, DateTimeOffset End)> DescribeCapacityBlocks(IReadOnlyList<string> ids, IReadOnlyList<Ec2Filter> filters)
    {
        lock (_world.Gate)
        {
            return ids.FirstOrDefault(id => !_blocks.ContainsKey(id)) is { } missing
                ? throw new AwsError("InvalidCapacityReservationId.NotFound", $"The capacity reservation '{missing}' does not exist.", 400)
                : [.. _blocks.Where(block => ids.Count == 0 || ids.Contains(block.Key))
                    .Select(block => (block.Key, block.Value > _world.Now ? "active" : "expired", block.Value))
                    .Where(block => filters.All(filter => filter.Name == "state" ? filter.Values.Contains(block.Item2) : throw new AwsError("InvalidParameterValue", $"The filter '{filter.Name}' is invalid", 400)))];
        }
    }

    private void ClearBlock(string reservationId, DateTimeOffset end)
    {
        if (_blocks[reservationId] == end)
        {
            foreach (var instance in InBlock(reservationId))
            {
                TakeDown(instance.InstanceId, InstanceState.ShuttingDown, "Server.CapacityReservationTermination", "Server.CapacityReservationTermination: Its Capacity Block ends");
            }
        }
    }

    private IReadOnlyList<Instance> InBlock(string reservationId) =>
        ec2.DescribeInstances(filters: [new("capacity-reservation-id", reservationId), new("instance-state-name", "pending", "running")]).Items;

    /// <summary>A scheduled event on the instance and its AWS Health event; at its time it happens.</summary>
    /// <param name="code">instance-reboot, system-reboot, system-maintenance, instance-retirement or instance-stop.</param>
    /// <param name="notBefore">The earliest moment; it may have passed long ago.</param>
    /// <param name="notAfter">The end of its window.</param>
    /// <param name="happens">When it really happens: by default at its earliest moment; the end of time is never.</param>
    /// <param name="isSilent">AWS Health says nothing.</param>
    public ScheduledEvent ScheduleEvent(
        string instanceId, string code, DateTimeOffset notBefore, DateTimeOffset? notAfter = null, string? description = null, DateTimeOffset? happens = null, bool isSilent = false)
    {
        lock (_world.Gate)
        {
            ec2.Existing(instanceId);
            var id = "instance-event-" + region.Cloud.Identifiers.Hex(17);
            var scheduled = new ScheduledEvent(id, code, description ?? Describe(code), notBefore, notAfter,
                $"arn:{region.Partition}:health:{region.Name}::event/EC2/{HealthType(code)}/{HealthType(code)}_{id[^12..]}");
            ec2.Change(instanceId, instance => instance with { Events = [.. instance.Events, scheduled] });
            _world.Tape.Record("ec2", "event-scheduled", instanceId, $"{code} of {instanceId} at {notBefore:u}");
            if (!isSilent)
            {
                EmitHealth(instanceId, scheduled, "upcoming");
            }

            var due = happens ?? notBefore;
            if (due < DateTimeOffset.MaxValue)
            {
                _world.Agenda.At(due, () => ComeDue(instanceId, id, notBefore));
            }

            return scheduled;
        }
    }

    public void MoveEvent(string instanceId, string eventId, DateTimeOffset notBefore)
    {
        lock (_world.Gate)
        {
            var moved = Replace(instanceId, eventId, scheduled => scheduled with { NotBefore = notBefore });
            EmitHealth(instanceId, moved, "upcoming");
            _world.Agenda.At(notBefore, () => ComeDue(instanceId, eventId, notBefore));
        }
    }

    public void CancelEvent(string instanceId, string eventId) => Close(instanceId, eventId, "[Canceled] ");

    public void CompleteEvent(string instanceId, string eventId) => Close(instanceId, eventId, "[Completed] ");

    /// <summary>The AWS Health event once more: its other pages, its backup in another region, a repeat.</summary>
    public void EmitHealth(string instanceId, ScheduledEvent scheduled, string statusCode, int page = 1, int totalPages = 1, bool backup = false)
    {
        lock (_world.Gate)
        {
            region.Events.Emit("aws.health", "AWS Health Event", [instanceId], new()
            {
                ["eventArn"] = scheduled.HealthEventArn,
                ["service"] = "EC2",
                ["eventTypeCode"] = HealthType(scheduled.Code),
                ["eventTypeCategory"] = "scheduledChange",
                ["eventScopeCode"] = "ACCOUNT_SPECIFIC",
                ["communicationId"] = region.Cloud.Identifiers.Hex(40),
                ["startTime"] = Rfc1123(scheduled.NotBefore),
                ["endTime"] = scheduled.NotAfter is { } end ? Rfc1123(end) : null,
                ["lastUpdatedTime"] = Rfc1123(_world.Now),
                ["statusCode"] = statusCode,
                ["eventRegion"] = region.Name,
                ["eventDescription"] = new JsonArray(new JsonObject { ["language"] = "en_US", ["latestDescription"] = scheduled.Description }),
                ["affectedEntities"] = new JsonArray(new JsonObject
                {
                    ["entityValue"] = instanceId,
                    ["status"] = statusCode == "closed" ? "RESOLVED" : "PENDING",
                    ["lastUpdatedTime"] = Rfc1123(_world.Now),
                }),
                ["affectedAccount"] = region.Account,
                ["page"] = page.ToString(CultureInfo.InvariantCulture),
                ["totalPages"] = totalPages.ToString(CultureInfo.InvariantCulture),
                ["backupEvent"] = backup ? "true" : "false",
            });
        }
    }

    private void Announce(string instanceId, DateTimeOffset at, DateTimeOffset said)
    {
        if (!_announced.TryGetValue(instanceId, out var known) || at < known.At)
        {
            _announced[instanceId] = (at, said);
        }
    }

    private void ComeDue(string instanceId, string eventId, DateTimeOffset due)
    {
        var scheduled = ec2.Find(instanceId)?.Events.FirstOrDefault(candidate => candidate.EventId == eventId);
        if (scheduled is not { IsOver: false } || scheduled.NotBefore != due)
        {
            return;
        }

        _world.Tape.Record("ec2", "event-due", instanceId, $"{scheduled.Code} of {instanceId} happens");
        switch (scheduled.Code)
        {
            case "instance-retirement" or "instance-stop":
                ec2.GoDown(instanceId, InstanceState.Stopping, "Server.ScheduledStop", "Server.ScheduledStop: Stopped due to scheduled retirement");
                break;
            case "instance-reboot" or "system-reboot":
                ec2.Reboot(instanceId);
                break;
        }

        CompleteEvent(instanceId, eventId);
    }

    private void Close(string instanceId, string eventId, string prefix)
    {
        lock (_world.Gate)
        {
            EmitHealth(instanceId, Replace(instanceId, eventId, scheduled => scheduled with { Description = prefix + scheduled.Description }), "closed");
        }
    }

    private ScheduledEvent Replace(string instanceId, string eventId, Func<ScheduledEvent, ScheduledEvent> change) =>
        ec2.Change(instanceId, instance => instance with
        {
            Events = [.. instance.Events.Select(scheduled => scheduled.EventId == eventId ? change(scheduled) : scheduled)],
        }).Events.First(scheduled => scheduled.EventId == eventId);

    private void TakeDown(string instanceId, InstanceState through, string code, string reason)
    {
        if (ec2.Find(instanceId) is not null)
        {
            ec2.GoDown(instanceId, through, code, reason);
        }
    }

    private static string HealthType(string code) => code switch
    {
        "instance-retirement" => "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED",
        "instance-stop" => "AWS_EC2_INSTANCE_STOP_SCHEDULED",
        "instance-reboot" => "AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED",
        "system-reboot" => "AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED",
        _ => "AWS_EC2_SYSTEM_MAINTENANCE_EVENT",
    };

    private static string Describe(string code) => code switch
    {
        "instance-retirement" or "instance-stop" => "The instance is running on degraded hardware",
        _ => "scheduled maintenance",
    };

    private static string Rfc1123(DateTimeOffset at) => at.UtcDateTime.ToString("ddd, d MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture);
}
