using System.Net;
using System.Net.Sockets;
using System.Text;
using DrainerFunction.ApiServer;
using DrainerFunction.Sandbox.Wire;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Sandbox;

// Elastic Load Balancing, "Update the TCP idle timeout for your Network Load Balancer listener": 350 seconds unless somebody sets another;
// "Troubleshoot NAT gateways", "Internet connection drops after 350 seconds": the connection is forgotten and the next byte answered with a reset.
public sealed class IdleConnectionsTests : IAsyncLifetime
{
    private static readonly byte[] Question = "GET / HTTP/1.1\r\nHost: aws\r\n\r\n"u8.ToArray();
    private readonly FakeTimeProvider _time = new(AwsRig.Start);
    private readonly SimulatedWorld _world;
    private AwsWire _wire = null!;

    public IdleConnectionsTests() => _world = new(_time, 1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _wire = await AwsWire.StartAsync(_world, TimeProvider.System, cancellationToken: Cancelled);

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        _world.Dispose();
    }

    [Fact]
    public async Task A_connection_that_was_idle_for_too_long_is_reset_at_the_next_byte()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_wire.Endpoint.Host, _wire.Endpoint.Port, Cancelled);
        Assert.StartsWith("HTTP/1.1 4", await AskAsync(client), StringComparison.Ordinal);
        _time.Advance(IdleConnections.Longest);
        Assert.StartsWith("HTTP/1.1 4", await AskAsync(client), StringComparison.Ordinal);
        _time.Advance(IdleConnections.Longest + TimeSpan.FromSeconds(1));
        Assert.Equal(0, client.Available);

        var reset = await Assert.ThrowsAsync<IOException>(() => AskAsync(client));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.InnerException).SocketErrorCode);
        Assert.Equal(1, _wire.Idle.Resets);
    }

    [Fact]
    public async Task Whoever_keeps_its_connections_through_an_hours_freeze_loses_its_first_request()
    {
        using var keeping = new HttpClient(new SocketsHttpHandler());
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(keeping));
        _time.Advance(TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(keeping));
    }

    [Fact]
    public async Task The_function_asks_AWS_over_a_new_connection_after_a_freeze_and_is_answered_at_once()
    {
        using var thawing = new HttpClient(Aws.Pipeline.AwsHttp.Connections(_time));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(thawing));
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(thawing));
        Assert.Equal(0, _wire.Idle.Resets);
    }

    // A watch may hang on the old connection and never hear of its end; what comes after the freeze does not wait for it.
    [Fact]
    public async Task The_function_asks_an_API_server_over_a_new_connection_although_a_watch_is_open_on_the_old_one()
    {
        var cluster = new Cluster(_world, new() { Name = "shop" });
        await using var api = await KubernetesApi.Start(cluster, _ => ApiUser.Admin, new(), Cancelled);
        using var thawing = new HttpClient(StrictTls.Connect(new(api.Address, api.CertificateAuthority), _time)) { BaseAddress = api.Address };
        thawing.DefaultRequestHeaders.Authorization = new("Bearer", "anybody");
        using var watch = await thawing.GetAsync(new Uri("/api/v1/nodes?watch=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        _time.Advance(TimeSpan.FromHours(1));
        using var after = await thawing.GetAsync(new Uri("/api/v1/nodes", UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(0, api.Idle.Resets);
    }

    /// <summary>The whole answer, however many pieces it comes in.</summary>
    private static async Task<string> AskAsync(TcpClient client)
    {
        var (answer, piece) = (new StringBuilder(), new byte[4096]);
        await client.GetStream().WriteAsync(Question, Cancelled);
        while (!answer.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            var length = await client.GetStream().ReadAsync(piece, Cancelled);
            Assert.NotEqual(0, length);
            answer.Append(Encoding.ASCII.GetString(piece, 0, length));
        }

        return answer.ToString();
    }

    /// <summary>With a body, for a request without one may be sent again by the client itself.</summary>
    private async Task<HttpStatusCode> PostAsync(HttpClient client)
    {
        using var body = new StringContent("{}");
        using var answer = await client.PostAsync(_wire.Endpoint, body, Cancelled);
        return answer.StatusCode;
    }
}
