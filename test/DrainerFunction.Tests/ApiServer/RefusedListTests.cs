using System.Net;
using System.Text;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Lists that begin anew, refusals that name their time, connections that do not come about.</summary>
public sealed class RefusedListTests : ClusterApiServerScene
{
    private const string Expired = """{"kind":"Status","status":"Failure","reason":"Expired","code":410}""";

    [Fact]
    public async Task A_list_of_nodes_that_has_expired_begins_anew_and_tells_of_no_node_twice()
    {
        _http.Answer(HttpStatusCode.OK, Page("\"next\"", "a", "b"));
        _http.Answer(HttpStatusCode.Gone, Expired);
        _http.Answer(HttpStatusCode.OK, Page("\"again\"", "a", "b"));
        _http.Answer(HttpStatusCode.OK, Page("\"\"", "c"));

        Assert.Equal(["a", "b", "c"], await Nodes());
    }

    [Fact]
    public async Task A_list_that_expires_again_and_again_ends_in_a_refusal()
    {
        for (var i = 0; i < 4; i++)
        {
            _http.Answer(HttpStatusCode.OK, Page("\"next\"", "a"));
            _http.Answer(HttpStatusCode.Gone, Expired);
        }

        await Assert.ThrowsAsync<ApiServerException>(Nodes);
        Assert.Equal(8, _http.Seen.Count);
    }

    [Fact]
    public async Task Pods_come_in_pages_of_a_hundred()
    {
        _http.Answer(HttpStatusCode.OK, Page("\"\"", "a"));

        await (await Server()).ListPodsAsync("n1", Stop);

        Assert.EndsWith("&limit=500", _http.Seen[0].Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "7", 7)]
    [InlineData(504, "10", 10)]
    [InlineData(500, "0", 0)]
    [InlineData(503, null, null)]
    public async Task The_time_that_an_answer_names_is_heard_whatever_its_status(int status, string? header, int? seconds)
    {
        _http.Answer((HttpStatusCode)status, "no", header is null ? [] : [("Retry-After", header)]);

        var refused = await Assert.ThrowsAsync<ApiServerException>(async () => await (await Server()).GetNodeAsync("n1", Stop));

        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, refused.RetryAfter);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 5)]
    [InlineData(3600, 30)]
    public void No_server_is_asked_sooner_than_after_a_second_or_later_than_after_thirty(int asked, int waited) =>
        Assert.Equal(TimeSpan.FromSeconds(waited), Requests.RequestPool.Limit(TimeSpan.FromSeconds(asked)));

    [Fact]
    public async Task A_failed_eviction_keeps_the_time_that_it_was_told()
    {
        _http.Answer(HttpStatusCode.GatewayTimeout, """{"kind":"Status","status":"Failure","reason":"Timeout","message":"Timeout: couldn't update PodDisruptionBudget \"web\" due to conflicts","details":{"retryAfterSeconds":10},"code":504}""");

        Assert.Equal(TimeSpan.FromSeconds(10), (await Assert.ThrowsAsync<ApiServerException>(async () => await (await Server()).EvictAsync(Pod, null, Stop))).RetryAfter);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_in_time_lets_the_cluster_be_described_anew()
    {
        var server = await Server();
        _time.Advance(TimeSpan.FromMinutes(1));
        _eks.Cluster = new(new("https://two.example"), "PEM");
        _http.Fail(new TaskCanceledException("A connection could not be established within the configured ConnectTimeout.", new TimeoutException()));
        _http.Answer(HttpStatusCode.OK, """{"kind":"Node","metadata":{"name":"n1"}}""");

        Assert.Equal("n1", (await server.GetNodeAsync("n1", Stop))!.Metadata.Name);
        Assert.Equal("two.example", _http.Seen[^1].Uri.Host);
    }

    [Fact]
    public async Task Of_a_pod_only_what_is_looked_at_is_kept()
    {
        var body = """{"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"web","uid":"u","annotations":{"big":"LARGE","karpenter.sh/do-not-disrupt":"true"}},"spec":{"containers":[{"name":"c","env":[{"name":"E","value":"LARGE"}]}]}}]}"""
            .Replace("LARGE", new('x', 200_000), StringComparison.Ordinal);
        _http.Answer(new StringContent(body, Encoding.UTF8));

        var pod = Assert.Single((await (await Server()).ListPodsAsync("n1", Stop)).Pods);

        Assert.Equal(["karpenter.sh/do-not-disrupt"], pod.Metadata.Annotations.Keys);
        Assert.Null(pod.Spec.Containers);
    }

    private static string Page(string next, params string[] names)
    {
        var items = string.Join(',', names.Select(name => """{"metadata":{"name":"NAME","uid":"u-NAME"}}""".Replace("NAME", name, StringComparison.Ordinal)));
        return """{"metadata":{"resourceVersion":"5","continue":NEXT},"items":[ITEMS]}""".Replace("NEXT", next, StringComparison.Ordinal).Replace("ITEMS", items, StringComparison.Ordinal);
    }

    private async Task<List<string>> Nodes()
    {
        List<string> names = [];
        await foreach (V1Node node in (await Server()).ListNodesAsync(cordonedOnly: false, Stop))
        {
            names.Add(node.Metadata.Name);
        }

        return names;
    }
}
