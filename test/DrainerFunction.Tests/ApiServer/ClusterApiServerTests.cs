using System.Net;
using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using k8s.Models;

namespace DrainerFunction.ApiServer;

public sealed class ClusterApiServerTests : ClusterApiServerScene
{
    [Fact]
    public async Task A_node_is_read_with_our_token()
    {
        _http.Answer(HttpStatusCode.OK, """{"kind":"Node","metadata":{"name":"n/1"},"spec":{"providerID":"aws:///a/i-1"}}""");

        var node = await (await Server()).GetNodeAsync("n/1", Stop);

        Assert.Equal("aws:///a/i-1", node!.Spec.ProviderID);
        Assert.Equal(("GET /api/v1/nodes/n%2F1", "Bearer token-1"), (_http.Seen[0].Line, _http.Seen[0].Headers["Authorization"]));
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_null()
    {
        _http.Answer(HttpStatusCode.NotFound, """{"kind":"Status","reason":"NotFound","message":"nodes \"n\" not found","code":404}""");

        Assert.Null(await (await Server()).GetNodeAsync("n", Stop));
    }

    [Theory]
    [InlineData(404, "<html>", ApiServerRefusal.Unreachable)]
    [InlineData(403, """{"kind":"Status","reason":"Forbidden"}""", ApiServerRefusal.Forbidden)]
    [InlineData(429, "wait", ApiServerRefusal.Overloaded)]
    [InlineData(503, "", ApiServerRefusal.Unreachable)]
    [InlineData(200, "<html>", ApiServerRefusal.Unreachable)]
    internal async Task Anything_else_is_not_taken_for_a_missing_node(int status, string body, ApiServerRefusal refusal)
    {
        _http.Answer((HttpStatusCode)status, body);
        var server = await Server();

        Assert.Equal(refusal, (await Assert.ThrowsAsync<ApiServerException>(() => server.GetNodeAsync("n", Stop))).Refusal);
    }

    [Fact]
    public async Task Volumes_that_may_not_be_read_are_told_once_with_the_file_that_grants_it()
    {
        const string denied = """{"kind":"Status","reason":"Forbidden","message":"User cannot get resource","code":403}""";
        _http.Answer(HttpStatusCode.Forbidden, denied);
        _http.Answer(HttpStatusCode.Forbidden, denied);
        var server = await Server();

        Assert.Equal(ApiServerRefusal.Forbidden, (await Assert.ThrowsAsync<ApiServerException>(() => server.GetVolumeOfClaimAsync("default/data", Stop))).Refusal);
        Assert.Equal(ApiServerRefusal.Forbidden, (await Assert.ThrowsAsync<ApiServerException>(() => server.GetVolumeNamesAsync("pv-1", Stop))).Refusal);

        Assert.Contains("apply deploy/rbac.yaml of this version", Assert.Single(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_that_was_sent_is_counted()
    {
        var servers = Servers();
        var server = (await servers.ConnectAsync(Name, Stop))!;
        _http.Answer(HttpStatusCode.OK, """{"metadata":{"name":"n"}}""");
        _http.Answer(HttpStatusCode.ServiceUnavailable, "");

        await server.GetNodeAsync("n", Stop);
        await Assert.ThrowsAsync<ApiServerException>(() => server.GetNodeAsync("n", Stop));

        Assert.Equal(_http.Seen.Count, servers.RequestsSent);
        Assert.Equal(2, servers.RequestsSent);
    }

    [Fact]
    public async Task An_answer_that_asks_for_fewer_requests_is_counted_and_a_budget_that_holds_a_pod_is_not()
    {
        var servers = Servers();
        var server = (await servers.ConnectAsync(Name, Stop))!;
        _http.Answer(HttpStatusCode.TooManyRequests, """{"kind":"Status","reason":"TooManyRequests","message":"Cannot evict pod.","details":{"causes":[{"reason":"DisruptionBudget","message":"The disruption budget web needs 2 healthy pods"}]},"code":429}""");
        _http.Answer(HttpStatusCode.TooManyRequests, """{"kind":"Status","reason":"TooManyRequests","message":"too many requests, please try again later","code":429}""");
        _http.Answer(HttpStatusCode.TooManyRequests, "", ("Retry-After", "1"));

        Assert.IsType<EvictionReply.HeldByDisruptionBudget>(await server.EvictAsync(Pod, null, Stop));
        Assert.Equal(0, servers.RequestsThrottled);
        Assert.Equal(ApiServerRefusal.Overloaded, (await Assert.ThrowsAsync<ApiServerException>(() => server.EvictAsync(Pod, null, Stop))).Refusal);
        await Assert.ThrowsAsync<ApiServerException>(async () => await server.WatchNodeAsync("n", "1", Stop).GetAsyncEnumerator(Stop).MoveNextAsync());

        Assert.Equal(2, servers.RequestsThrottled);
    }

    [Fact]
    public async Task A_token_serves_until_it_is_to_be_refreshed()
    {
        var server = await Server();
        foreach (var minutes in new[] { 0, 9.9, 0.1 })
        {
            _time.Advance(TimeSpan.FromMinutes(minutes));
            _http.Answer(HttpStatusCode.OK, """{"metadata":{"name":"n"}}""");
            await server.GetNodeAsync("n", Stop);
        }

        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2"], _http.Seen.Select(request => request.Headers["Authorization"]));
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_is_replaced_without_asking_EKS_for_the_cluster()
    {
        _http.Answer(HttpStatusCode.Unauthorized, "");
        _http.Answer(HttpStatusCode.OK, """{"metadata":{"name":"n"}}""");

        Assert.NotNull(await (await Server()).GetNodeAsync("n", Stop));
        Assert.Equal((2, 1), (_eks.Presigned, _eks.Described));
    }

    [Fact]
    public async Task When_a_fresh_token_is_not_accepted_either_the_cluster_is_described_anew_but_not_at_every_request()
    {
        var server = await Server();
        _time.Advance(TimeSpan.FromMinutes(5));
        for (var request = 0; request < 3; request++)
        {
            _http.Answer(HttpStatusCode.Unauthorized, "");
            _http.Answer(HttpStatusCode.Unauthorized, "");
            await Assert.ThrowsAsync<ApiServerException>(() => server.GetNodeAsync("n", Stop));
        }

        Assert.Equal(2, _eks.Described);
    }

    [Fact]
    public async Task That_EKS_cannot_be_asked_does_not_hide_that_the_token_is_not_accepted()
    {
        var server = await Server();
        _time.Advance(TimeSpan.FromMinutes(5));
        _eks.Refusal = new(AwsRefusal.Throttled, "eks:DescribeCluster", "X", "y");
        _http.Answer(HttpStatusCode.Unauthorized, "");
        _http.Answer(HttpStatusCode.Unauthorized, "");

        Assert.Equal(ApiServerRefusal.Unauthorized, (await Assert.ThrowsAsync<ApiServerException>(() => server.GetNodeAsync("n", Stop))).Refusal);
    }

    [Fact]
    public async Task A_second_token_that_is_not_accepted_ends_it()
    {
        _http.Answer(HttpStatusCode.Unauthorized, "");
        _http.Answer(HttpStatusCode.Unauthorized, "");
        var server = await Server();

        var refused = await Assert.ThrowsAsync<ApiServerException>(() => server.EvictAsync(Pod, null, Stop));

        Assert.Equal(ApiServerRefusal.Unauthorized, refused.Refusal);
        Assert.Contains("access entry", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_moved_is_found_again()
    {
        var server = await Server();
        _time.Advance(TimeSpan.FromMinutes(1));
        _eks.Cluster = new(new("https://two.example"), "PEM2");
        _http.Fail(new HttpRequestException(HttpRequestError.SecureConnectionError));
        _http.Answer(HttpStatusCode.OK, """{"metadata":{"name":"n"}}""");

        Assert.NotNull(await server.GetNodeAsync("n", Stop));
        Assert.Equal("two.example", _http.Seen[1].Uri.Host);
        Assert.Equal("PEM2", _connected[^1].CertificateAuthority);
    }

    [Fact]
    public async Task A_cluster_that_did_not_move_is_unreachable_and_not_described_at_every_request()
    {
        var server = await Server();
        _time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 3; i++)
        {
            _http.Fail(new HttpRequestException(HttpRequestError.ConnectionError));
            Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(() => server.GetNodeAsync("n", Stop))).Refusal);
        }

        Assert.Equal(2, _eks.Described);
    }

    [Fact]
    public async Task A_request_that_was_sent_and_broke_off_is_not_sent_twice()
    {
        _http.Fail(new HttpRequestException(HttpRequestError.ResponseEnded));

        Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(async () => await (await Server()).EvictAsync(Pod, null, Stop))).Refusal);
        Assert.Single(_http.Seen);
    }

    [Fact]
    public async Task A_call_without_an_answer_is_given_up_after_the_time_for_which_priority_and_fairness_may_hold_it_in_a_queue()
    {
        _http.Hang();
        var call = (await Server()).GetNodeAsync("n", Stop);
        await Task.WhenAny(call, _http.WhenAsked(1));

        _time.Advance(TimeSpan.FromSeconds(15.5));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));

        var refused = await Assert.ThrowsAsync<ApiServerException>(() => call);
        Assert.Equal(ApiServerRefusal.Unreachable, refused.Refusal);
        Assert.Contains("16 s", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_wait_for_webhooks_is_given_the_time_that_the_API_server_gives_them()
    {
        _http.Hang();
        var call = (await Server()).EvictAsync(Pod, null, Stop);
        await Task.WhenAny(call, _http.WhenAsked(1));

        _time.Advance(TimeSpan.FromSeconds(34));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("35 s", (await Assert.ThrowsAsync<ApiServerException>(() => call)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "NotFound", ApiServerRefusal.Denied)]
    [InlineData(HttpStatusCode.TooManyRequests, "TooManyRequests", ApiServerRefusal.Denied)]
    [InlineData(HttpStatusCode.Conflict, "Conflict", ApiServerRefusal.Denied)]
    internal async Task A_webhook_that_refuses_a_patch_says_nothing_of_the_node_and_nothing_of_the_servers_load(HttpStatusCode code, string reason, ApiServerRefusal refusal)
    {
        _http.Answer(code, $$$"""{"kind":"Status","reason":"{{{reason}}}","message":"admission webhook \"guard.example\" denied the request: no","details":{"retryAfterSeconds":86400}}""");
        var server = await Server();

        Assert.Equal(refusal, (await Assert.ThrowsAsync<ApiServerException>(() => server.PatchNodeAsync("n", "{}", Stop))).Refusal);
    }

    // ValidatingAdmissionPolicy knows four reasons, and Unauthorized with its 401 is one of them.
    [Fact]
    public async Task A_policy_that_answers_401_is_not_taken_for_a_token_that_was_not_accepted()
    {
        const string denied = """{"kind":"Status","reason":"Unauthorized","message":"nodes \"n\" is forbidden: ValidatingAdmissionPolicy 'keep' with binding 'all' denied request: no","code":401}""";
        _http.Answer(HttpStatusCode.Unauthorized, denied);
        _http.Answer(HttpStatusCode.Unauthorized, denied);
        var server = await Server();

        var refused = await Assert.ThrowsAsync<ApiServerException>(() => server.PatchNodeAsync("n", "{}", Stop));

        Assert.Equal((ApiServerRefusal.Denied, "keep"), (refused.Refusal, refused.By));
        Assert.Equal("keep", Assert.IsType<EvictionReply.Refused>(await server.EvictAsync(Pod, null, Stop)).By);
        Assert.Equal(2, _http.Seen.Count);
    }

    [Fact]
    public async Task A_watch_whose_refusal_breaks_off_is_a_cluster_out_of_reach()
    {
        _http.Answer(HttpStatusCode.ServiceUnavailable, new BrokenBody());

        Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(Watch)).Refusal);
    }

    [Fact]
    public async Task A_whole_change_that_cannot_be_read_is_said_and_not_taken_for_the_end_of_the_stream()
    {
        Lines("""{"type":"MODIFIED","object":{"metadata":{"name":"web","uid":"u","creationTimestamp":"soon"}}}""");

        var unreadable = await Assert.ThrowsAsync<ApiServerException>(Watch);

        Assert.Contains("cannot be read", unreadable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_is_described_once_and_a_missing_one_again()
    {
        var servers = Servers();
        _eks.Cluster = null;
        Assert.Null(await servers.ConnectAsync(Name, Stop));
        _eks.Cluster = new(new("https://one.example"), "PEM");

        Assert.Same(await servers.ConnectAsync(Name, Stop), await servers.ConnectAsync(Name, Stop));
        Assert.Equal(2, _eks.Described);
    }

    [Theory]
    [InlineData(AwsRefusal.Denied, ApiServerRefusal.Forbidden)]
    [InlineData(AwsRefusal.Throttled, ApiServerRefusal.Overloaded)]
    [InlineData(AwsRefusal.Unreachable, ApiServerRefusal.Unreachable)]
    internal async Task When_eks_cannot_be_asked_the_cluster_is_out_of_reach_and_not_missing(AwsRefusal refusal, ApiServerRefusal meaning)
    {
        _eks.Refusal = new(refusal, "eks:DescribeCluster", "X", "y");

        Assert.Equal(meaning, (await Assert.ThrowsAsync<ApiServerException>(() => Servers().ConnectAsync(Name, Stop))).Refusal);
    }
}
