using System.Globalization;
using System.Text.RegularExpressions;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>Puts the events of a scenario onto the world's agenda.</summary>
internal sealed partial class Timeline(Stage stage)
{
    private readonly KubernetesHappenings _kubernetes = new(stage);
    private readonly FaultHappenings _faults = new(stage);

    /// <summary>When the last of them has happened.</summary>
    public DateTimeOffset End { get; private set; }

    public DateTimeOffset Start { get; private set; }

    public void Begin()
    {
        lock (stage.World.Gate)
        {
            Start = End = stage.World.Now;
            foreach (var happening in stage.Scenario.Events)
            {
                End = End < Start + happening.At ? Start + happening.At : End;
                stage.World.Agenda.At(Start + happening.At, () => HappenInTime(happening));
            }
        }
    }

    // What an event says to EventBridge it says while it happens: that much is held back.
    private void HappenInTime(EventPart happening)
    {
        var buses = happening.Late is null ? [] : stage.World.Aws.Regions.Select(region => (region.Events, Usual: region.Events.DeliveryDelay)).ToList();
        buses.ForEach(bus => bus.Events.DeliveryDelay = bus.Usual + happening.Late!.Value);
        Happen(happening);
        buses.ForEach(bus => bus.Events.DeliveryDelay = bus.Usual);
    }

    private void Happen(EventPart happening)
    {
        if (happening.Duplicates is { } duplicates)
        {
            Duplicate(duplicates);
        }

        if (happening.Spot is { } spot)
        {
            Ec2(spot).Interruptions.SpotReclaim(Id(spot), late: happening.EndsLate ?? TimeSpan.Zero);
        }
        else if (happening.Rebalance is { } rebalance)
        {
            Ec2(rebalance).Interruptions.Rebalance(Id(rebalance));
        }
        else if (happening.CapacityReclaim is { } reclaim)
        {
            Ec2(reclaim).Interruptions.CapacityReclaim(Id(reclaim), late: happening.EndsLate ?? TimeSpan.Zero);
        }
        else if ((happening.ScaleIn ?? happening.Replace) is { } member)
        {
            stage.Region(stage.Instance(member)).AutoScaling.TerminateInstanceInAutoScalingGroup(Id(member), happening.ScaleIn is not null);
        }
        else if (happening.ReplaceRootVolume is { } refreshed)
        {
            stage.Region(stage.Instance(refreshed)).AutoScaling.ReplaceRootVolume(stage.Instance(refreshed).Tags["aws:autoscaling:groupName"], Id(refreshed));
        }
        else if (happening.Terminate is { } terminated)
        {
            Ec2(terminated).TerminateInstances(Id(terminated));
        }
        else if (happening.Stop is { } stopped)
        {
            Ec2(stopped).StopInstances(Id(stopped));
        }
        else if (happening.CapacityBlockEnds is { } block)
        {
            Reserved(block).ForEach(region => region.Ec2.Interruptions.EndCapacityBlock(block));
        }
        else if (happening.CapacityBlockExtended is { } extended)
        {
            Reserved(extended).ForEach(region => region.Ec2.Interruptions.ExtendCapacityBlock(extended, TimeSpan.FromDays(1)));
        }
        else if (happening.Maintenance is { } maintenance)
        {
            Schedule(maintenance);
        }
        else if (happening.Move is { } move)
        {
            Ec2(move.Instance).Interruptions.MoveEvent(Id(move.Instance), stage.Instance(move.Instance).Events.First(scheduled => !scheduled.IsOver).EventId, stage.World.Now + move.In);
        }
        else if (happening.Resize is { } resize)
        {
            Groups(resize.Group).SetDesiredCapacity(resize.Group, resize.Desired);
        }
        else if (happening.DeleteHook is { } deleted)
        {
            Groups(deleted.Group).DeleteLifecycleHook(deleted.Group, deleted.Hook);
        }
        else if (happening.Suspend is { } suspended)
        {
            Groups(suspended.Group).Group(suspended.Group).SuspendedProcesses.Add(suspended.Process);
        }
        else if (happening.Tag is { Value: { } value } tagged)
        {
            Ec2(tagged.Instance).CreateTags([Id(tagged.Instance)], new Dictionary<string, string> { [tagged.Key] = value });
        }
        else if (happening.Tag is { } untagged)
        {
            Ec2(untagged.Instance).DeleteTags([Id(untagged.Instance)], [untagged.Key]);
        }
        else if (happening.Cancel is { } canceled)
        {
            foreach (var scheduled in stage.Instance(canceled).Events.Where(scheduled => !scheduled.IsOver).ToList())
            {
                Ec2(canceled).Interruptions.CancelEvent(Id(canceled), scheduled.EventId);
            }
        }
        else if (!_kubernetes.Happen(happening))
        {
            HappenElsewhere(happening);
        }
    }

    private List<AwsRegion> Reserved(string block) =>
        [.. stage.InstanceNames.Select(stage.Instance).Where(instance => instance.CapacityReservationId == block).Select(stage.Region).Distinct()];

    private void Redrive(string mover)
    {
        try
        {
            stage.Home.Sqs.MoveMessages(stage.Queues["DeadLetterQueue"], null, stage.Sender(mover) with { IsPastPolicy = false });
        }
        catch (AwsError refused)
        {
            stage.World.Tape.Record("sqs", "redrive-refused", mover, refused.Message);
        }
    }

    private void Schedule(MaintenancePart maintenance)
    {
        var now = stage.World.Now;
        var happens = maintenance.HappensIn ?? (maintenance.In > TimeSpan.Zero ? maintenance.In : maintenance.Until);
        Ec2(maintenance.Instance).Interruptions.ScheduleEvent(Id(maintenance.Instance), maintenance.Code, now + maintenance.In, now + maintenance.Until, happens: now + happens ?? DateTimeOffset.MaxValue, isSilent: maintenance.Silent);
    }

    private void HappenElsewhere(EventPart happening)
    {
        if (happening.Message is { } message)
        {
            if (stage.Function?.Settings.Environment.GetValueOrDefault("VERIFY_INTERRUPTIONS") == "false" || message.IsOrder)
            {
                PermitNamed(message);
            }

            var body = Fill(message.Body ?? File.ReadAllText(message.File!));
            stage.World.Agenda.After(happening.Late ?? TimeSpan.Zero, () =>
            {
                for (var i = 0; i < message.Times; i++)
                {
                    stage.Home.Sqs.Send(
                        stage.Queues[message.Queue], body, message.Attributes.ToDictionary(attribute => attribute.Key, attribute => SqsAttribute.Text(Fill(attribute.Value))), sender: stage.Sender(message.Sender));
                }
            });
        }
        else if (happening.Redrive is { } mover)
        {
            Redrive(mover);
        }
        else if (happening.Fault is { } fault)
        {
            _faults.Strike(fault);
        }
        else if (happening.Kill == "out-of-memory")
        {
            stage.Function?.RunOutOfMemory();
        }
        else if (happening.Kill is not null)
        {
            stage.Function?.KillAll("the scenario says so");
        }
        else if (happening.Invoke is { } payload)
        {
            foreach (var name in stage.InstanceNames.Where(name => payload.Contains($"{{instance:{name}}}", StringComparison.Ordinal)))
            {
                stage.Judge.Permit(Id(name), Fill(payload));
            }

            var filled = Fill(payload);
            stage.Function?.Invoke(filled, null, end => Answered(filled, end));
        }
    }

    /// <summary>A function that is told not to ask AWS is right to believe the message.</summary>
    private void PermitNamed(MessagePart message)
    {
        var text = Fill(message.Body ?? File.ReadAllText(message.File!));
        foreach (var id in stage.InstanceNames.Select(Id).Where(id => text.Contains(id, StringComparison.Ordinal)))
        {
            stage.Judge.Permit(id);
        }
    }

    private void Answered(string payload, InvocationEnd end) => stage.World.Tape.Record(
        "lambda", end is InvocationEnd.Response ? "answered" : "unanswered", "direct",
        end switch
        {
            InvocationEnd.Response response => $"{payload} → {response.Payload}",
            InvocationEnd.FunctionError error => $"{payload} → {error.Describe()}: {error.Payload}",
            _ => $"{payload} → {end.Describe()}",
        });

    /// <summary>Each message that EventBridge delivers from now on comes so many times more.</summary>
    private void Duplicate(int times)
    {
        var queues = stage.Queues.Values.Where(queue => stage.Home.Sqs.Queue(queue).Redrive is not null).ToList();
        var known = queues.SelectMany(stage.Home.Sqs.Contents).Select(message => message.Id).ToHashSet();
        stage.World.Agenda.After(stage.Home.Events.DeliveryDelay + TimeSpan.FromMilliseconds(1), () =>
        {
            foreach (var queue in queues)
            {
                foreach (var message in stage.Home.Sqs.Contents(queue).Where(message => !known.Contains(message.Id)).ToList())
                {
                    for (var i = 0; i < times; i++)
                    {
                        stage.Home.Sqs.Send(queue, message.Body, sender: SqsSender.EventBridge(null) with { IsPastPolicy = true });
                    }
                }
            }
        });
    }

    /// <summary>{instance:NAME}, {account}, {region} and {now} in bodies and payloads.</summary>
    private string Fill(string text) => Placeholder().Replace(text, match => match.Groups[1].Value switch
    {
        "account" => stage.Home.Account,
        "region" => stage.Home.Name,
        "now" => stage.World.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        var named when named.StartsWith("instance:", StringComparison.Ordinal) => Id(named["instance:".Length..]),
        _ => match.Value,
    });

    private string Id(string name) => stage.Instance(name).InstanceId;

    private AutoScaling Groups(string group) => stage.Clusters[stage.Scenario.Groups.First(one => one.Name == group).Cluster ?? stage.Scenario.Clusters[0].Name].Region.AutoScaling;

    private Ec2 Ec2(string name) => stage.Region(stage.Instance(name)).Ec2;

    [GeneratedRegex(@"\{(instance:[^}]+|account|region|now)\}")]
    private static partial Regex Placeholder();
}
