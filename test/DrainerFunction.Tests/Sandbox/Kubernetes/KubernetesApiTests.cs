using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>The socket side: TLS, both protocol versions, streams, tokens, hooks and the faults that need a connection.</summary>
public sealed class KubernetesApiTests : IAsyncDisposable
{
    private const string Node = "/api/v1/nodes/node-1";

    private readonly SimulatedWorld _world = new(TimeProvider.System, seed: 1);
    private readonly Cluster _cluster;
    private readonly List<IDisposable> _clients = [];
    private KubernetesApi? _api;

    public KubernetesApiTests()
    {
        _cluster = new(_world, new() { Name = "blue", Rbac = ClusterFixture.DrainerRbac });
        _cluster.AddNode(ClusterFixture.One);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        _world.Dispose();
    }

    [Theory, InlineData("1.1"), InlineData("2.0")]
    public async Task Both_protocol_versions_are_spoken(string version)
    {
        var client = await Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, Node) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request, Cancelled);

        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (answer.StatusCode, answer.Version));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory, InlineData(KubernetesApiCertificate.WrongHost), InlineData(KubernetesApiCertificate.ForeignAuthority)]
    public async Task A_certificate_that_is_not_right_is_refused_by_a_strict_client(object certificate)
    {
        var client = await Start(new() { Certificate = (KubernetesApiCertificate)certificate });

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Node, Cancelled));

        Assert.IsType<AuthenticationException>(refused.InnerException);
    }

    [Theory, InlineData("admin", 200), InlineData("drainer", 200), InlineData("unknown", 401), InlineData(null, 403)]
    public async Task A_token_stands_for_a_user(string? token, int status)
    {
        var client = await Start(token: token);

        using var answer = await client.GetAsync(Node, Cancelled);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status, _cluster.Api.Requests.Single().Status);
    }

    [Theory, InlineData("1.1"), InlineData("2.0")]
    public async Task A_watch_streams_each_event_as_it_happens(string version)
    {
        var client = await Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/pods?watch=true") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));

        _cluster.AddPod(new("web") { Node = "node-1" });
        var added = JsonNode.Parse((await reader.ReadLineAsync(Cancelled))!);
        Close();

        Assert.Equal(("ADDED", "web"), (added.Text("type"), added.Text("object", "metadata", "name")));
        Assert.Null(await reader.ReadLineAsync(Cancelled));
    }

    [Fact]
    public async Task A_request_that_a_hook_refuses_never_reaches_the_world()
    {
        var client = await Start(new() { BeforeRequest = _ => throw new InvalidOperationException("killed") });

        await Assert.ThrowsAsync<HttpRequestException>(() => Cordon(client));

        Assert.False(_cluster.Node("node-1").IsTrue("spec", "unschedulable"));
    }

    [Fact]
    public async Task An_answer_that_a_hook_refuses_is_lost_but_the_request_was_applied()
    {
        ApiRequestContext? seen = null;
        var client = await Start(new()
        {
            BeforeAnswer = context =>
            {
                seen = context;
                throw new InvalidOperationException("killed");
            },
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => Cordon(client));

        Assert.True(_cluster.Node("node-1").IsTrue("spec", "unschedulable"));
        Assert.Equal(("patch", 200), (seen!.Target.Verb, seen.Response!.Status));
    }

    [Fact]
    public async Task A_full_queue_is_plain_text_with_Retry_After()
    {
        _cluster.Faults.Add(new(new Fault.TooManyRequests(TimeSpan.FromSeconds(1)), Times: 1));
        var client = await Start();

        using var answer = await client.GetAsync(Node, Cancelled);

        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (answer.StatusCode, answer.Headers.RetryAfter!.ToString()));
        Assert.Equal("Too many requests, please try again later.\n", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_reset_in_the_body_ends_in_the_middle()
    {
        _cluster.Faults.Add(new(new Fault.ResetInBody(), Times: 1));
        var client = await Start();
        using var answer = await client.GetAsync(Node, HttpCompletionOption.ResponseHeadersRead, Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_stalled_body_comes_whole_in_the_end()
    {
        _cluster.Faults.Add(new(new Fault.StalledBody(TimeSpan.FromMilliseconds(20)), Times: 1));
        var client = await Start();

        var node = JsonNode.Parse(await client.GetStringAsync(new Uri(Node, UriKind.Relative), Cancelled));

        Assert.Equal("node-1", node.Text("metadata", "name"));
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_a_bad_request()
    {
        var client = await Start();
        using var body = new StringContent("{", Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync("/api/v1/namespaces", body, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> Cordon(HttpClient client)
    {
        using var patch = new StringContent("""{"spec":{"unschedulable":true}}""", Encoding.UTF8, "application/merge-patch+json");
        return await client.PatchAsync(Node, patch, Cancelled);
    }

    private void Close()
    {
        lock (_world.Gate)
        {
            _cluster.Watches.CloseAll();
        }
    }

    private async Task<HttpClient> Start(KubernetesApiOptions? options = null, string? token = "admin")
    {
        _api = await KubernetesApi.Start(
            _cluster,
            sent => sent switch { "admin" => ApiUser.Admin, "drainer" => ClusterFixture.Drainer, _ => null },
            options ?? new(),
            Cancelled);
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new()
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(_api.CertificateAuthority) },
                },
            },
        };
        var client = new HttpClient(handler) { BaseAddress = _api.Address };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        _clients.Add(client);
        return client;
    }
}
