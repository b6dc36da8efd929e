using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Kubernetes;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>A second sandbox's cluster plays the real one behind the kubeconfig.</summary>
public sealed class KubernetesProxyTests : IAsyncLifetime
{
    private const string Node = "/api/v1/nodes/node-1";
    private readonly SimulatedWorld _world = new(TimeProvider.System, seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kubeconfig-");
    private Cluster _real = null!;
    private KubernetesApi _api = null!;
    private UpstreamCluster _upstream = null!;
    private KubernetesProxy _proxy = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _real = new(_world, new() { Name = "real" });
        _real.AddNode(ClusterFixture.One);
        _api = await KubernetesApi.Start(_real, token => token == "kubeconfig" ? ApiUser.Admin : null, new(), Cancelled);
        _upstream = new(KubeconfigFile.Read(Kubeconfig(), null));
        var standIn = new Cluster(_world, new() { Name = "stand-in", Rbac = ClusterFixture.DrainerRbac });
        _proxy = await KubernetesProxy.StartAsync(_upstream, standIn, token => token == "function" ? ClusterFixture.Drainer : null, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _upstream.Dispose();
        await _api.DisposeAsync();
        _world.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_token_that_nobody_knows_never_reaches_the_cluster()
    {
        using var client = Client("somebody");

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(Node, Cancelled)).StatusCode);
        Assert.Empty(_real.Api.Requests);
    }

    [Fact]
    public async Task The_function_cordons_with_the_rights_of_the_kubeconfig()
    {
        using var client = Client("function");
        using var patch = new StringContent("""{"spec":{"unschedulable":true}}""", Encoding.UTF8, "application/merge-patch+json");

        using var answer = await client.PatchAsync(Node, patch, Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(_real.Node("node-1")!["spec"]!["unschedulable"]!.GetValue<bool>());
        Assert.Equal(ApiUser.Admin, _real.Api.Requests[^1].User);
    }

    [Fact]
    public async Task What_the_roles_of_the_drainer_do_not_allow_never_reaches_the_cluster()
    {
        using var client = Client("function");

        Assert.Equal(HttpStatusCode.Forbidden, (await client.DeleteAsync(Node, Cancelled)).StatusCode);
        Assert.NotNull(_real.Node("node-1"));
    }

    [Fact]
    public async Task A_node_that_is_not_EC2s_gets_the_provider_id_of_the_instance_made_up_for_it()
    {
        _real.Api.Handle(ApiRequest.To("PATCH", Node, ApiUser.Admin, JsonNode.Parse("""{"spec":{"providerID":"kind://docker/kind/node-1"}}"""), "application/merge-patch+json"));
        using var client = Client("function");

        var node = (JsonObject)JsonNode.Parse(await client.GetStringAsync(Node, Cancelled))!;
        var world = await RealNodes.WorldAsync(_upstream, Cancelled);

        Assert.EndsWith(world.Groups[0].Ids[0], node["spec"]!["providerID"]!.ToString(), StringComparison.Ordinal);
        Assert.Matches("^aws:///[a-z0-9-]+/i-[0-9a-f]{17}$", node["spec"]!["providerID"]!.ToString());
    }

    [Fact]
    public async Task A_watch_flows_through_event_by_event()
    {
        using var client = Client("function");
        using var stream = new StreamReader(await client.GetStreamAsync("/api/v1/pods?watch=true&fieldSelector=spec.nodeName=node-1", Cancelled));

        _real.AddPod(new("web") { Node = "node-1" });
        var line = await stream.ReadLineAsync(Cancelled);

        Assert.Contains("\"web\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kubeconfig_that_trusts_anybody_is_refused()
    {
        var file = Kubeconfig("    insecure-skip-tls-verify: true\n");

        Assert.Contains("insecure-skip-tls-verify", Assert.Throws<ScenarioException>(() => KubeconfigFile.Read(file, null)).Message);
    }

    [Fact]
    public void A_context_that_is_not_there_is_named() =>
        Assert.Contains("'other'", Assert.Throws<ScenarioException>(() => KubeconfigFile.Read(Kubeconfig(), "other")).Message);

    [Fact]
    public async Task A_command_of_the_kubeconfig_gives_the_token()
    {
        var exec = new ExecCredential("echo", ["""{"status":{"token":"fresh","expirationTimestamp":"2030-01-01T00:00:00Z"}}"""], new Dictionary<string, string>());

        Assert.Equal(("fresh", new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)), await exec.RunAsync(Cancelled));
    }

    private HttpClient Client(string token)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(_proxy.CertificateAuthority));
        return new(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } })
        {
            BaseAddress = _proxy.Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }

    private string Kubeconfig(string more = "")
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "ca.pem"), _api.CertificateAuthority);
        var path = Path.Combine(_folder.FullName, $"config-{more.Length}");
        File.WriteAllText(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: real
            contexts:
            - name: real
              context: { cluster: real, user: me }
            users:
            - name: me
              user: { token: kubeconfig }
            clusters:
            - name: real
              cluster:
                server: {{_api.Address}}
                certificate-authority: ca.pem
            """ + "\n" + more);
        return path;
    }
}
