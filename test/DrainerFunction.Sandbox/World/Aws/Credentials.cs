namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Every access key that the world honours, and the roles that can be assumed.</summary>
internal sealed class Credentials
{
    private readonly SimulatedWorld _world;
    private readonly Identifiers _identifiers;
    private readonly Dictionary<string, AccessKey> _keys = [];
    private readonly Dictionary<string, Role> _roles = [];

    public Credentials(SimulatedWorld world, Identifiers identifiers)
    {
        (_world, _identifiers) = (world, identifiers);
        Clock = world.Time;
        Administrator = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, AwsCloud.DefaultAccount,
            $"arn:aws:iam::{AwsCloud.DefaultAccount}:user/sandbox", "AIDACKCEVSQ6C2EXAMPLE", null);
        Add(Administrator);
    }

    /// <summary>By which keys expire: the world's, or the wall's where real SDKs look at their own.</summary>
    public TimeProvider Clock { get; set; }

    /// <summary>A user of the default account that is there from the beginning; the key of AWS's documentation.</summary>
    public AccessKey Administrator { get; }

    /// <summary>Raised under the world's gate.</summary>
    public event Action<AccessKey>? Issued;

    public AccessKey Add(AccessKey key)
    {
        lock (_world.Gate)
        {
            _keys[key.Id] = key;
            return key;
        }
    }

    public AccessKey? Find(string id)
    {
        lock (_world.Gate)
        {
            return _keys.GetValueOrDefault(id);
        }
    }

    /// <summary>Who asks with this key: the key itself, or the first of the chain of keys by which it was assumed.</summary>
    public string HolderOf(string id)
    {
        lock (_world.Gate)
        {
            return Find(id)?.AssumedBy is { } caller ? HolderOf(caller) : id;
        }
    }

    /// <param name="externalId">Demanded of whoever assumes it; null: none is.</param>
    /// <param name="id">Its unique id, AROA…; null: drawn.</param>
    public Role AddRole(string account, string name, string? externalId = null, string partition = "aws", string? id = null)
    {
        lock (_world.Gate)
        {
            var role = new Role($"arn:{partition}:iam::{account}:role/{name}", account, name, id ?? _identifiers.Key("AROA", 17), externalId);
            _roles[role.Arn] = role;
            return role;
        }
    }

    public Role? Role(string arn)
    {
        lock (_world.Gate)
        {
            return _roles.GetValueOrDefault(arn);
        }
    }

    /// <summary>Temporary credentials for a session of the role, as Lambda gives them to a function.</summary>
    /// <param name="assumedBy">The id of the key that asked for them.</param>
    public AccessKey Issue(Role role, string sessionName, TimeSpan? lifetime = null, string? assumedBy = null)
    {
        lock (_world.Gate)
        {
            var arn = $"arn:{role.Arn.Split(':')[1]}:sts::{role.Account}:assumed-role/{role.Name.Split('/')[^1]}/{sessionName}";
            var issued = Add(new(
                _identifiers.Key("ASIA", 16), _identifiers.Base64(30), _identifiers.Base64(120), role.Account, arn,
                $"{role.Id}:{sessionName}", Clock.GetUtcNow() + (lifetime ?? TimeSpan.FromHours(1)))
            {
                AssumedBy = assumedBy,
            });
            Issued?.Invoke(issued);
            return issued;
        }
    }
}

/// <param name="SessionToken">Of temporary credentials.</param>
/// <param name="PrincipalArn">A user, or a session of a role (assumed-role).</param>
internal sealed record AccessKey(
    string Id, string Secret, string? SessionToken, string Account, string PrincipalArn, string UserId, DateTimeOffset? Expires)
{
    /// <summary>The id of the key with which the role was assumed.</summary>
    public string? AssumedBy { get; init; }
}

internal sealed record Role(string Arn, string Account, string Name, string Id, string? ExternalId);
