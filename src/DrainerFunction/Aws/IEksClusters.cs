namespace DrainerFunction.Aws;

internal interface IEksClusters
{
    /// <returns>The cluster, or null when the account and region have none of that name.</returns>
    /// <exception cref="AwsCallException">The call failed.</exception>
    Task<EksCluster?> DescribeAsync(string clusterName, CancellationToken cancellationToken);
}

/// <param name="CertificateAuthority">The CA bundle in PEM, decoded from certificateAuthority.data.</param>
internal sealed record EksCluster(Uri Endpoint, string CertificateAuthority);

/// <summary>Presigns the token that an EKS API server accepts from a caller.</summary>
internal interface IClusterTokens
{
    /// <exception cref="AwsCallException">No credentials could be had.</exception>
    Task<ClusterToken> PresignAsync(string clusterName, CancellationToken cancellationToken);
}

/// <param name="RefreshAt">10 minutes after it was signed, or when the credentials end, whichever comes first. It is honoured for 15.</param>
internal sealed record ClusterToken(string Value, DateTimeOffset RefreshAt)
{
    public override string ToString() => $"cluster token to be refreshed at {RefreshAt:O}";
}
