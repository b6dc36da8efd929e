namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The clusters of a region as EKS describes them, and who may enter them.</summary>
internal sealed class Eks(AwsRegion region)
{
    private readonly SimulatedWorld _world = region.World;
    private readonly SortedDictionary<string, EksCluster> _clusters = new(StringComparer.Ordinal);
    private readonly List<AccessEntry> _entries = [];

    /// <param name="certificateAuthority">PEM.</param>
    public EksCluster CreateCluster(string name, Uri endpoint, string certificateAuthority, string version = "1.33")
    {
        lock (_world.Gate)
        {
            var cluster = new EksCluster(name, region.Arn("eks", $"cluster/{name}"), endpoint, Encode(certificateAuthority), version, _world.Now)
            {
                OidcIssuer = $"https://oidc.eks.{region.Name}.{region.DnsSuffix}/id/{region.Cloud.Identifiers.Hex(32).ToUpperInvariant()}",
                RoleArn = $"arn:{region.Partition}:iam::{region.Account}:role/{name}-cluster",
            };
            return _clusters.TryAdd(name, cluster) ? cluster
                : throw new AwsError("ResourceInUseException", $"Cluster already exists with name: {name}", 409);
        }
    }

    public EksCluster DescribeCluster(string name)
    {
        lock (_world.Gate)
        {
            return _clusters.GetValueOrDefault(name) ?? throw new AwsError("ResourceNotFoundException", $"No cluster found for name: {name}.", 404);
        }
    }

    public IReadOnlyList<string> ListClusters()
    {
        lock (_world.Gate)
        {
            return [.. _clusters.Keys];
        }
    }

    public void DeleteCluster(string name)
    {
        lock (_world.Gate)
        {
            DescribeCluster(name);
            _clusters.Remove(name);
        }
    }

    /// <summary>What EKS answers about the cluster from now on: a new endpoint, CA, status, version.</summary>
    public EksCluster Change(string name, Func<EksCluster, EksCluster> change)
    {
        lock (_world.Gate)
        {
            var changed = change(DescribeCluster(name));
            _clusters[name] = changed;
            _world.Tape.Record("eks", "cluster-changed", name, $"cluster {name} is {changed.Status} at {changed.Endpoint}");
            return changed;
        }
    }

    /// <summary>The endpoint or the CA (PEM) moved; null leaves it.</summary>
    public EksCluster Move(string name, Uri? endpoint = null, string? certificateAuthority = null) => Change(name, cluster => cluster with
    {
        Endpoint = endpoint ?? cluster.Endpoint,
        CertificateAuthority = certificateAuthority is null ? cluster.CertificateAuthority : Encode(certificateAuthority),
    });

    /// <param name="username">Null: as EKS makes it up from the principal; {{SessionName}} and {{AccountID}} are filled in at each entry.</param>
    public AccessEntry CreateAccessEntry(string clusterName, string principalArn, string? username = null, params IReadOnlyList<string> groups)
    {
        lock (_world.Gate)
        {
            DescribeCluster(clusterName);
            var entry = new AccessEntry(clusterName, principalArn, username ?? DefaultUsername(principalArn), groups);
            _entries.RemoveAll(existing => existing.ClusterName == clusterName && existing.PrincipalArn == principalArn);
            _entries.Add(entry);
            return entry;
        }
    }

    public void DeleteAccessEntry(string clusterName, string principalArn)
    {
        lock (_world.Gate)
        {
            _entries.RemoveAll(entry => entry.ClusterName == clusterName && entry.PrincipalArn == principalArn);
        }
    }

    public IReadOnlyList<AccessEntry> ListAccessEntries(string clusterName)
    {
        lock (_world.Gate)
        {
            return [.. _entries.Where(entry => entry.ClusterName == clusterName)];
        }
    }

    /// <summary>The cluster's authentication: a good token of a principal with an access entry is a user, all else is nobody.</summary>
    public ClusterUser? Authenticate(string token, string clusterName)
    {
        lock (_world.Gate)
        {
            if (region.Sts.VerifyClusterToken(token, clusterName) is not TokenVerdict.Accepted accepted)
            {
                return null;
            }

            if (_entries.Find(entry => entry.ClusterName == clusterName && entry.PrincipalArn == accepted.PrincipalArn) is not { } entry)
            {
                _world.Tape.Record("eks", "no-access-entry", clusterName, $"{accepted.PrincipalArn} has no access entry in cluster {clusterName}");
                return null;
            }

            var name = entry.Username.Replace("{{SessionName}}", accepted.SessionName, StringComparison.Ordinal)
                .Replace("{{AccountID}}", accepted.PrincipalArn.Split(':')[4], StringComparison.Ordinal);
            return new(name, [.. entry.Groups, "system:authenticated"], accepted.PrincipalArn);
        }
    }

    private static string DefaultUsername(string principalArn)
    {
        var parts = principalArn.Split(':', 6);
        return parts[5].StartsWith("role/", StringComparison.Ordinal)
            ? $"arn:{parts[1]}:sts::{parts[4]}:assumed-role/{parts[5].Split('/')[^1]}/{{{{SessionName}}}}"
            : principalArn;
    }

    private static string Encode(string pem) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
}

/// <param name="CertificateAuthority">Base64 of the PEM, as certificateAuthority.data.</param>
internal sealed record EksCluster(string Name, string Arn, Uri Endpoint, string CertificateAuthority, string Version, DateTimeOffset CreatedAt)
{
    /// <summary>CREATING, ACTIVE, DELETING, FAILED, UPDATING or PENDING.</summary>
    public string Status { get; init; } = "ACTIVE";

    public string AuthenticationMode { get; init; } = "API";

    public string PlatformVersion { get; init; } = "eks.9";

    public required string OidcIssuer { get; init; }

    public required string RoleArn { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

internal sealed record AccessEntry(string ClusterName, string PrincipalArn, string Username, IReadOnlyList<string> Groups);

internal sealed record ClusterUser(string Username, IReadOnlyList<string> Groups, string PrincipalArn);
