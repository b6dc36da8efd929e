namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>All accounts and regions of one world, and the credentials that open them.</summary>
internal sealed class AwsCloud
{
    public const string DefaultAccount = "123456789012";
    public const string DefaultRegion = "eu-west-1";

    /// <summary>What the stack's function is called.</summary>
    public const string FunctionName = "node-drainer";

    private readonly SimulatedWorld _world;
    private readonly Dictionary<(string Account, string Region), AwsRegion> _regions = [];

    public AwsCloud(SimulatedWorld world)
    {
        _world = world;
        Identifiers = new(world.Chance);
        Credentials = new(world, Identifiers);
        Faults = new(world);
    }

    public Identifiers Identifiers { get; }

    public Credentials Credentials { get; }

    public AwsFaults Faults { get; }

    /// <summary>Where queue URLs point to: the wire's own address once it listens, AWS's before.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The default account and region.</summary>
    public AwsRegion Default => Region();

    public IReadOnlyCollection<AwsRegion> Regions => _regions.Values;

    public AwsRegion Region(string account = DefaultAccount, string region = DefaultRegion)
    {
        lock (_world.Gate)
        {
            if (!_regions.TryGetValue((account, region), out var found))
            {
                found = new AwsRegion(_world, account, region, this);
                _regions.Add((account, region), found);
            }

            return found;
        }
    }
}
