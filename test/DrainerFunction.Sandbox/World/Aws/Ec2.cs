namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Instances: started, stopped, described and tagged. What happens to them from outside is in <see cref="Ec2Interruptions"/>.</summary>
internal sealed class Ec2
{
    private static readonly TimeSpan TerminatedIsShown = TimeSpan.FromHours(1);
    private readonly AwsRegion _region;
    private readonly SimulatedWorld _world;
    private readonly Dictionary<string, History<Instance>> _instances = [];
    private readonly List<string> _order = [];
    private int _launched;

    public Ec2(AwsRegion region)
    {
        (_region, _world) = (region, region.World);
        Interruptions = new(region, this);
    }

    /// <summary>Raised under the world's gate at each change of state, after its event went onto the bus.</summary>
    public event Action<Instance>? StateChanged;

    /// <summary>A spot notice or a rebalance recommendation was issued for the instance; Auto Scaling listens.</summary>
    public event Action<string>? AtRisk;

    public Ec2Interruptions Interruptions { get; }

    /// <summary>How old the answers of the describing calls are.</summary>
    public TimeSpan DescribeLag { get; set; }

    /// <summary>From pending to running.</summary>
    public TimeSpan PendingTime { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>From running until its node joins.</summary>
    public TimeSpan BootTime { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>From stopping to stopped and from shutting-down to terminated, unless the instance says otherwise: what the operating system gets.</summary>
    public TimeSpan ShutdownTime { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>From started: pending to running, then boot, then (going down) shutting-down and gone.</summary>
    public Instance Launch(InstanceSpec spec)
    {
        lock (_world.Gate)
        {
            var instance = InstanceMaker.Make(_region, spec, _launched++);
            _instances.Add(instance.InstanceId, new(_world.Now, instance));
            _order.Add(instance.InstanceId);
            if (spec.AlreadyRunning)
            {
                var running = Set(instance with { State = InstanceState.Running }, announce: false);
                if (spec.JoinsIn is { } late)
                {
                    _world.Agenda.After(late, () => BootIfRunning(running.InstanceId));
                    return running;
                }

                return BootNow(running);
            }

            Announce(instance);
            ComeUp(instance.InstanceId);
            return instance;
        }
    }

    /// <summary>The truth, whatever the lag; null if there never was such an instance.</summary>
    public Instance? Find(string instanceId)
    {
        lock (_world.Gate)
        {
            return _instances.GetValueOrDefault(instanceId)?.Current;
        }
    }

    public Page<Instance> DescribeInstances(
        IReadOnlyList<string>? instanceIds = null, IReadOnlyList<Ec2Filter>? filters = null, int? maxResults = null, string? nextToken = null)
    {
        lock (_world.Gate)
        {
            if (instanceIds is { Count: > 0 } && maxResults is not null)
            {
                throw new AwsError("InvalidParameterCombination", "The parameter instancesSet cannot be used with the parameter maxResults", 400);
            }

            var seen = Seen();
            InstanceRefusals.RefuseUnknown(instanceIds ?? [], seen);
            return Pages.Of(seen.Where(instance => instanceIds is not { Count: > 0 } || instanceIds.Contains(instance.InstanceId))
                .Where((filters ?? []).Match), maxResults ?? 1000, nextToken);
        }
    }

    public Page<Instance> DescribeInstanceStatus(
        IReadOnlyList<string>? instanceIds = null, IReadOnlyList<Ec2Filter>? filters = null, bool includeAllInstances = false, int? maxResults = null, string? nextToken = null)
    {
        lock (_world.Gate)
        {
            var seen = Seen();
            InstanceRefusals.RefuseUnknown(instanceIds ?? [], seen);
            return Pages.Of(seen.Where(instance => includeAllInstances || instance.State == InstanceState.Running)
                .Where(instance => instanceIds is not { Count: > 0 } || instanceIds.Contains(instance.InstanceId))
                .Where((filters ?? []).Match), maxResults ?? 1000, nextToken);
        }
    }

    /// <summary>The Spot requests as the describing call shows them, each with its instance.</summary>
    public Page<Instance> DescribeSpotInstanceRequests(
        IReadOnlyList<string>? requestIds = null, IReadOnlyList<Ec2Filter>? filters = null, int? maxResults = null, string? nextToken = null)
    {
        lock (_world.Gate)
        {
            var seen = Seen().Where(instance => instance.SpotInstanceRequestId is not null).ToList();
            return (requestIds ?? []).Except(seen.Select(instance => instance.SpotInstanceRequestId)).FirstOrDefault() is { } missing
                ? throw new AwsError("InvalidSpotInstanceRequestID.NotFound", $"The spot instance request ID '{missing}' does not exist", 400)
                : Pages.Of(seen.Where(instance => requestIds is not { Count: > 0 } || requestIds.Contains(instance.SpotInstanceRequestId))
                    .Where((filters ?? []).MatchRequest), maxResults ?? 1000, nextToken);
        }
    }

    public IReadOnlyList<InstanceStateChange> StartInstances(params IReadOnlyList<string> instanceIds) => Each(instanceIds, instance =>
    {
        if (instance.State is not (InstanceState.Stopped or InstanceState.Running or InstanceState.Pending))
        {
            throw InstanceRefusals.WrongState(instance.InstanceId, "started");
        }

        if (instance.State == InstanceState.Stopped)
        {
            Set(instance with { State = InstanceState.Pending, SpotStatus = instance.SpotStatus is null ? null : SpotStatus.Fulfilled, LaunchTime = _world.Now, StateTransitionReason = "", StateReasonCode = null, StateReasonMessage = null });
            ComeUp(instance.InstanceId);
        }
    });

    public IReadOnlyList<InstanceStateChange> StopInstances(params IReadOnlyList<string> instanceIds) => Each(instanceIds, instance =>
    {
        if (instance.State is InstanceState.ShuttingDown or InstanceState.Terminated)
        {
            throw InstanceRefusals.WrongState(instance.InstanceId, "stopped");
        }

        GoDown(instance.InstanceId, InstanceState.Stopping, "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown");
    });

    public IReadOnlyList<InstanceStateChange> TerminateInstances(params IReadOnlyList<string> instanceIds) => Each(instanceIds, instance =>
        GoDown(instance.InstanceId, InstanceState.ShuttingDown, "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown"));

    public void CreateTags(IReadOnlyList<string> resources, IReadOnlyDictionary<string, string> tags) => Each(resources, instance =>
        Set(instance with { Tags = new Dictionary<string, string>([.. instance.Tags.Where(tag => !tags.ContainsKey(tag.Key)), .. tags]) }, announce: false));

    public void DeleteTags(IReadOnlyList<string> resources, IReadOnlyList<string> keys) => Each(resources, instance =>
        Set(instance with { Tags = new Dictionary<string, string>(instance.Tags.Where(tag => !keys.Contains(tag.Key))) }, announce: false));

    public IReadOnlyList<(string ResourceId, string Key, string Value)> DescribeTags(IReadOnlyList<Ec2Filter>? filters = null)
    {
        lock (_world.Gate)
        {
            return
            [
                .. from instance in Seen()
                   from tag in instance.Tags
                   where (filters ?? []).All(filter => filter.Name switch
                   {
                       "resource-id" => filter.Values.Contains(instance.InstanceId),
                       "resource-type" => filter.Values.Contains("instance"),
                       "key" => filter.Values.Contains(tag.Key),
                       "value" => filter.Values.Contains(tag.Value),
                       _ => throw new AwsError("InvalidParameterValue", $"The filter '{filter.Name}' is invalid", 400),
                   })
                   select (instance.InstanceId, tag.Key, tag.Value),
            ];
        }
    }

    /// <summary>Takes it down as EC2 does, whoever asked: stopping or shutting-down, then power off.</summary>
    internal void GoDown(string instanceId, InstanceState through, string reasonCode, string reason)
    {
        var instance = _instances[instanceId].Current;
        if (instance.State is InstanceState.Terminated or InstanceState.ShuttingDown
            || (through == InstanceState.Stopping && instance.State is InstanceState.Stopping or InstanceState.Stopped))
        {
            return;
        }

        var wasUp = instance.State is InstanceState.Running or InstanceState.Pending;
        Set(instance with { State = through, SpotStatus = instance.SpotStatus?.After(through, reasonCode), StateReasonCode = reasonCode, StateReasonMessage = reason, StateTransitionReason = $"{reason} ({_world.Now.UtcDateTime:yyyy-MM-dd HH:mm:ss} GMT)" });
        if (wasUp)
        {
            _world.Machines.Announce(new(instance.Machine, MachinePower.ShuttingDown));
        }

        _world.Agenda.After(wasUp ? instance.ShutdownTime ?? ShutdownTime : TimeSpan.FromSeconds(1), () => PowerOff(instanceId, through, wasUp));
    }

    /// <summary>The machine restarts in place: power off, then the boot with a new boot id.</summary>
    internal void Reboot(string instanceId)
    {
        var instance = _instances[instanceId].Current;
        if (instance.State == InstanceState.Running)
        {
            _world.Machines.Announce(new(instance.Machine, MachinePower.Off));
            _world.Agenda.After(BootTime, () => BootIfRunning(instanceId));
        }
    }

    internal Instance Change(string instanceId, Func<Instance, Instance> change) => Set(change(_instances[instanceId].Current), announce: false);

    internal Instance Existing(string instanceId) => _instances.GetValueOrDefault(instanceId)?.Current ?? throw InstanceRefusals.Unknown([instanceId]);

    internal void NoteRisk(string instanceId) => AtRisk?.Invoke(instanceId);

    private void PowerOff(string instanceId, InstanceState through, bool wasUp)
    {
        var instance = _instances[instanceId].Current;
        if (instance.State != through)
        {
            return;
        }

        Set(instance with { State = through == InstanceState.Stopping ? InstanceState.Stopped : InstanceState.Terminated });
        if (wasUp)
        {
            _world.Machines.Announce(new(instance.Machine, MachinePower.Off));
        }

        if (through == InstanceState.ShuttingDown)
        {
            _world.Machines.Announce(new(instance.Machine, MachinePower.Gone));
            _world.Agenda.After(TerminatedIsShown, () =>
            {
                _instances.Remove(instanceId);
                _order.Remove(instanceId);
            });
        }
    }

    private void ComeUp(string instanceId) => _world.Agenda.After(PendingTime, () =>
    {
        if (_instances[instanceId].Current is { State: InstanceState.Pending } instance)
        {
            Set(instance with { State = InstanceState.Running });
            _world.Agenda.After(BootTime, () => BootIfRunning(instanceId));
        }
    });

    private void BootIfRunning(string instanceId)
    {
        if (Find(instanceId) is { State: InstanceState.Running } instance)
        {
            BootNow(instance);
        }
    }

    private Instance BootNow(Instance instance)
    {
        _world.Machines.Announce(new(instance.Machine, MachinePower.Booted));
        return instance;
    }

    private Instance Set(Instance instance, bool announce = true)
    {
        _instances[instance.InstanceId].Set(_world.Now, instance);
        if (announce)
        {
            Announce(instance);
        }

        return instance;
    }

    private void Announce(Instance instance)
    {
        _world.Tape.Record("ec2", instance.State.Name(), instance.InstanceId, $"{instance.InstanceId} is {instance.State.Name()}");
        _region.Events.Emit("aws.ec2", "EC2 Instance State-change Notification", [_region.Arn("ec2", "instance/" + instance.InstanceId)],
            new() { ["instance-id"] = instance.InstanceId, ["state"] = instance.State.Name() });
        StateChanged?.Invoke(instance);
    }

    private IEnumerable<Instance> Seen() => _order.Select(id => _instances[id].AsOf(_world.Now - DescribeLag)).OfType<Instance>();

    private IReadOnlyList<InstanceStateChange> Each(IReadOnlyList<string> instanceIds, Action<Instance> what)
    {
        lock (_world.Gate)
        {
            InstanceRefusals.RefuseUnknown(instanceIds, _instances.Values.Select(history => history.Current));
            var before = instanceIds.Select(id => _instances[id].Current).ToList();
            before.ForEach(what);
            return [.. before.Select(instance => new InstanceStateChange(instance.InstanceId, instance.State, _instances[instance.InstanceId].Current.State))];
        }
    }
}
