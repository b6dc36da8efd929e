using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.Kubernetes;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.ApiServer;

/// <summary>The adapter over real sockets, against the sandbox's cluster.</summary>
public sealed class StrictTlsTests : IAsyncDisposable
{
    private readonly SimulatedWorld _world = new(TimeProvider.System, seed: 1);
    private readonly FakeTimeProvider _time = new();
    private readonly FakeEks _eks;
    private readonly Cluster _cluster;
    private KubernetesApi? _api;

    public StrictTlsTests()
    {
        _eks = new(_time);
        _cluster = new(_world, new() { Name = "blue", Rbac = ClusterFixture.DrainerRbac });
        _cluster.AddNode(ClusterFixture.One);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        _world.Dispose();
    }

    [Fact]
    public async Task The_clusters_own_certificate_is_trusted() =>
        Assert.Equal("node-1", (await (await Server()).GetNodeAsync("node-1", Stop))!.Metadata.Name);

    [Theory]
    [InlineData(KubernetesApiCertificate.WrongHost)]
    [InlineData(KubernetesApiCertificate.ForeignAuthority)]
    internal async Task A_certificate_for_another_host_or_of_another_authority_is_refused(KubernetesApiCertificate certificate)
    {
        var server = await Server(certificate);

        Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(() => server.GetNodeAsync("node-1", Stop))).Refusal);
        Assert.Empty(_cluster.Api.Requests);
    }

    [Fact]
    public async Task A_node_is_cordoned_its_pods_listed_evicted_and_seen_to_go()
    {
        _cluster.AddPod(new("web") { Node = "node-1" });
        var server = await Server();

        var patched = Assert.IsType<NodePatchReply.Done>(await server.PatchNodeAsync("node-1", """{"spec":{"unschedulable":true}}""", Stop));
        var list = await server.ListPodsAsync("node-1", Stop);
        var pod = Assert.Single(list.Pods);
        var reply = await server.EvictAsync(new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, pod.Metadata.Uid), TimeSpan.FromSeconds(1), Stop);

        Assert.True(patched.Node.Spec.Unschedulable);
        Assert.Equal(new EvictionReply.Accepted(), reply);
        await foreach (var change in server.WatchPodsAsync("node-1", list.ResourceVersion, Stop))
        {
            Assert.Equal("web", Assert.IsType<WatchEvent<V1Pod>.Present>(change).Item.Metadata.Name);
            break;
        }
    }

    [Fact]
    public async Task Another_uid_leaves_the_successor_alone()
    {
        _cluster.AddPod(new("web") { Node = "node-1" });
        var server = await Server();
        await server.PatchNodeAsync("node-1", """{"spec":{"unschedulable":true}}""", Stop);

        Assert.Equal(new EvictionReply.Gone(), await server.EvictAsync(new("default", "web", "another"), null, Stop));
        Assert.Equal(new EvictionReply.Gone(), await server.DeleteAsync(new("default", "web", "another"), TimeSpan.Zero, Stop));
    }

    [Fact]
    public async Task A_body_that_stalls_ends_with_its_token()
    {
        _cluster.Faults.Add(new(new Fault.StalledBody(TimeSpan.FromMinutes(5)), Times: 1));
        var server = await Server();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var call = server.GetNodeAsync("node-1", stop.Token);
        while (_cluster.Api.Requests.Count == 0)
        {
            await Task.Yield();
        }

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_watch_ends_with_its_token()
    {
        var server = await Server();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = server.WatchPodsAsync("node-1", "1", stop.Token).GetAsyncEnumerator(stop.Token);
        var next = watch.MoveNextAsync();

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task An_unknown_token_is_unauthorized()
    {
        _eks.TokenOf = static _ => "unknown";
        var server = await Server();

        Assert.Equal(ApiServerRefusal.Unauthorized, (await Assert.ThrowsAsync<ApiServerException>(() => server.GetNodeAsync("node-1", Stop))).Refusal);
    }

    private async Task<IApiServer> Server(KubernetesApiCertificate certificate = KubernetesApiCertificate.Right)
    {
        _api = await KubernetesApi.Start(
            _cluster, token => token.StartsWith("token-", StringComparison.Ordinal) ? ClusterFixture.Drainer : null, new() { Certificate = certificate }, Stop);
        _eks.Cluster = new(_api.Address, _api.CertificateAuthority);
        return (await new ApiServers(_eks, cluster => StrictTls.Connect(cluster, _time), _time, NullLogger.Instance).ConnectAsync(new(new("123456789012", "eu-west-1"), "blue"), Stop))!;
    }
}
