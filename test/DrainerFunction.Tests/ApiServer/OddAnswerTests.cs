using System.Net;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Answers that no API server should give, and some that it does give although few expect them: none is taken for more than it says.</summary>
public sealed class OddAnswerTests : ClusterApiServerScene
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","code":500}""")]
    [InlineData("""{"kind":"Pod","metadata":{"name":"web","resourceVersion":"7"}}""")]
    [InlineData("")]
    [InlineData("<html>sign in</html>")]
    public async Task What_is_no_list_of_pods_is_not_taken_for_an_empty_node(string body)
    {
        _http.Answer(HttpStatusCode.OK, body);

        Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(async () => await (await Server()).ListPodsAsync("n1", Stop))).Refusal);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("budgets")]
    public async Task What_is_no_list_of_nodes_or_budgets_does_not_say_that_there_is_none(string kind)
    {
        _http.Answer(HttpStatusCode.OK, """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","code":500}""");
        var server = await Server();

        Task Ask() => kind is "node" ? server.ListNodeAsync("n1", Stop) : server.ListDisruptionBudgetsAsync("shop", Stop);

        Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(Ask)).Refusal);
    }

    [Fact]
    public async Task A_page_without_pods_is_followed_by_the_next()
    {
        _http.Answer(HttpStatusCode.OK, """{"kind":"PodList","metadata":{"resourceVersion":"5","continue":"c","remainingItemCount":1},"items":[]}""");
        _http.Answer(HttpStatusCode.OK, """{"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a","uid":"1"}}]}""");

        Assert.Single((await (await Server()).ListPodsAsync("n1", Stop)).Pods);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "null")]
    [InlineData(HttpStatusCode.BadGateway, "<html><body>502 Bad Gateway</body></html>")]
    [InlineData(HttpStatusCode.TemporaryRedirect, "")]
    [InlineData(HttpStatusCode.RequestTimeout, "")]
    [InlineData(HttpStatusCode.NotFound, "404 page not found\n")]
    public async Task A_patch_whose_answer_is_no_node_is_not_known_to_have_been_made(HttpStatusCode status, string body)
    {
        _http.Answer(status, body);

        Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(async () => await (await Server()).PatchNodeAsync("n1", "{}", Stop))).Refusal);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-5", null)]
    [InlineData("0.5", null)]
    [InlineData("soon", null)]
    [InlineData("99999999999999999999", null)]
    public async Task A_time_to_come_back_that_is_none_is_passed_over(string after, int? seconds)
    {
        _http.Answer(HttpStatusCode.ServiceUnavailable, "", ("Retry-After", after));

        var refused = await Assert.ThrowsAsync<ApiServerException>(async () => await (await Server()).EvictAsync(Pod, null, Stop));

        Assert.Equal(seconds is { } some ? TimeSpan.FromSeconds(some) : (TimeSpan?)null, refused.RetryAfter);
    }

    [Theory]
    [InlineData("""{"kind":"Status","status":"Failure","code":500,"message":"no event"}""")]
    [InlineData("""{"type":"UPSERTED","object":{"metadata":{"name":"b"}}}""")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("")]
    public async Task What_is_no_event_ends_a_watch_and_what_came_before_it_counts(string line)
    {
        Lines("""{"type":"ADDED","object":{"metadata":{"name":"a","uid":"1","resourceVersion":"abc"}}}""", line, """{"type":"DELETED","object":{"metadata":{"name":"a","uid":"1","resourceVersion":"9"}}}""");

        Assert.Equal("abc", Assert.IsType<WatchEvent<V1Pod>.Present>(Assert.Single(await Watch())).ResourceVersion);
    }

    [Fact]
    public async Task Lines_may_end_as_a_proxy_likes_and_bookmarks_may_carry_annotations()
    {
        Lines(
            "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"8\",\"creationTimestamp\":null,\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}},\"spec\":{\"containers\":null},\"status\":{}}}\r",
            "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"a\",\"uid\":\"1\",\"resourceVersion\":\"9\"}}}\r");

        Assert.Collection(await Watch(), first => Assert.Equal("8", Assert.IsType<WatchEvent<V1Pod>.Bookmark>(first).ResourceVersion), second => Assert.IsType<WatchEvent<V1Pod>.Deleted>(second));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.Accepted, """{"kind":"Status","status":"Success"}""")]
    [InlineData(HttpStatusCode.Created, """{"kind":"Status","status":"Success","code":201}""")]
    public async Task An_eviction_is_taken_with_any_code_of_success(HttpStatusCode status, string body)
    {
        _http.Answer(status, body);

        Assert.IsType<EvictionReply.Accepted>(await (await Server()).EvictAsync(Pod, null, Stop));
    }
}
