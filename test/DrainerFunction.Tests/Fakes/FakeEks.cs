using DrainerFunction.Aws;

namespace DrainerFunction.Fakes;

/// <summary>EKS as a connection sees it: a description that can be changed, and tokens that are counted.</summary>
internal sealed class FakeEks(TimeProvider time) : IAwsClients, IEksClusters, IClusterTokens
{
    public long CallsThrottled => 0;

    public EksCluster? Cluster { get; set; } = new(new("https://one.example"), "PEM");

    public AwsCallException? Refusal { get; set; }

    public Func<int, string> TokenOf { get; set; } = static number => $"token-{number}";

    public int Described { get; private set; }

    public int Presigned { get; private set; }

    public AwsRegion Region => new(null!, null!, this, this, null!, null!, null!);

    public AwsRegion In(AwsScope scope) => Region;

    public Task<EksCluster?> DescribeAsync(string clusterName, CancellationToken cancellationToken)
    {
        Described++;
        return Refusal is null ? Task.FromResult(Cluster) : Task.FromException<EksCluster?>(Refusal);
    }

    public Task<ClusterToken> PresignAsync(string clusterName, CancellationToken cancellationToken) =>
        Task.FromResult(new ClusterToken(TokenOf(++Presigned), time.GetUtcNow() + TimeSpan.FromMinutes(10)));
}
