using System.Net;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Lists, watches and patches as they come over the wire.</summary>
public sealed class ClusterWatchTests : ClusterApiServerScene
{
    [Fact]
    public async Task An_eviction_names_the_uid_and_the_grace_period()
    {
        _http.Answer(HttpStatusCode.Created, "{}");
        _http.Answer(HttpStatusCode.Created, "{}");
        var server = await Server();

        await server.EvictAsync(Pod, TimeSpan.FromSeconds(7.9), Stop);
        await server.EvictAsync(Pod, null, Stop);

        Assert.Equal("POST /api/v1/namespaces/default/pods/web-1/eviction", _http.Seen[0].Line);
        Assert.Equal("""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web-1","namespace":"default"},"deleteOptions":{"gracePeriodSeconds":7,"preconditions":{"uid":"u-1"}}}""", _http.Seen[0].Body);
        Assert.DoesNotContain("gracePeriodSeconds", _http.Seen[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delete_names_the_uid_too()
    {
        _http.Answer(HttpStatusCode.OK, "{}");

        Assert.Equal(new EvictionReply.Accepted(), await (await Server()).DeleteAsync(Pod, TimeSpan.FromSeconds(1), Stop));
        Assert.Equal("""{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":1,"preconditions":{"uid":"u-1"}}""", _http.Seen[0].Body);
    }

    [Theory]
    [InlineData(200, """{"metadata":{"name":"n"}}""", typeof(NodePatchReply.Done))]
    [InlineData(409, """{"kind":"Status","reason":"Conflict"}""", typeof(NodePatchReply.Conflict))]
    [InlineData(404, """{"kind":"Status","reason":"NotFound"}""", typeof(NodePatchReply.Gone))]
    public async Task A_patch_is_done_in_conflict_or_too_late(int status, string body, Type answer)
    {
        _http.Answer((HttpStatusCode)status, body);

        Assert.IsType(answer, await (await Server()).PatchNodeAsync("n", """{"spec":{"unschedulable":true}}""", Stop));
        Assert.Equal("PATCH /api/v1/nodes/n", _http.Seen[0].Line);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "Conflict")]
    [InlineData(HttpStatusCode.NotFound, "NotFound")]
    [InlineData(HttpStatusCode.Unauthorized, "Unauthorized")]
    public async Task A_webhook_that_refuses_a_patch_is_neither_a_conflict_of_writers_nor_a_missing_node_whatever_its_code(HttpStatusCode code, string reason)
    {
        _http.Answer(code, $$"""{"kind":"Status","status":"Failure","reason":"{{reason}}","message":"admission webhook \"nodes.example.com\" denied the request: no","code":{{(int)code}}}""");

        var refused = await Assert.ThrowsAsync<ApiServerException>(async () => await (await Server()).PatchNodeAsync("n", """{"spec":{"unschedulable":true}}""", Stop));

        Assert.Equal((ApiServerRefusal.Denied, "nodes.example.com"), (refused.Refusal, refused.By));
    }

    [Fact]
    public async Task Pods_are_listed_page_by_page_and_anew_when_the_pages_expired()
    {
        _http.Answer(HttpStatusCode.OK, """{"metadata":{"resourceVersion":"5","continue":"c 1"},"items":[{"metadata":{"name":"a"}}]}""");
        _http.Answer(HttpStatusCode.Gone, """{"kind":"Status","reason":"Expired","code":410}""");
        _http.Answer(HttpStatusCode.OK, """{"metadata":{"resourceVersion":"9","continue":"c2"},"items":[{"metadata":{"name":"b"}}]}""");
        _http.Answer(HttpStatusCode.OK, """{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"c"}}]}""");

        var list = await (await Server()).ListPodsAsync("n1", Stop);

        Assert.Equal(["b", "c"], list.Pods.Select(pod => pod.Metadata.Name));
        Assert.Equal("9", list.ResourceVersion);
        Assert.Equal("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dn1&limit=500&continue=c%201", _http.Seen[1].Line);
    }

    [Fact]
    public async Task A_watch_tells_what_happens_until_it_expires()
    {
        Lines(
            """{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}""",
            """{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"7"}}}""",
            """{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"8"}}}""",
            """{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"9"}}}""",
            """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}""",
            """{"type":"ADDED","object":{"metadata":{"name":"never"}}}""");

        var seen = await Watch();

        Assert.Equal(
            ["Present a 6", "Present a 7", "Bookmark 8", "Deleted a 9", "Expired"],
            seen.Select(change => change switch
            {
                WatchEvent<V1Pod>.Present(var pod, var version) => $"Present {pod.Metadata.Name} {version}",
                WatchEvent<V1Pod>.Deleted(var pod, var version) => $"Deleted {pod.Metadata.Name} {version}",
                WatchEvent<V1Pod>.Bookmark(var version) => $"Bookmark {version}",
                _ => "Expired",
            }));
        Assert.Equal("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dn1&resourceVersion=5&watch=true&allowWatchBookmarks=true", _http.Seen[0].Line);
    }

    [Fact]
    public async Task A_watch_of_too_old_a_version_expires_at_once()
    {
        _http.Answer(HttpStatusCode.Gone, "");

        Assert.IsType<WatchEvent<V1Pod>.Expired>(Assert.Single(await Watch()));
    }

    [Fact]
    public async Task Half_a_line_ends_a_watch_without_a_change()
    {
        _http.Answer(new StringContent("""{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}""" + "\n" + """{"type":"DELETED","object":{"meta"""));

        Assert.IsType<WatchEvent<V1Pod>.Present>(Assert.Single(await Watch()));
    }

    [Fact]
    public async Task Another_error_in_a_watch_is_thrown()
    {
        Lines("""{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd"}}""");

        Assert.Equal(ApiServerRefusal.Unreachable, (await Assert.ThrowsAsync<ApiServerException>(Watch)).Refusal);
    }

    [Fact]
    public async Task A_budget_watch_begins_with_all_there_are()
    {
        Lines("""{"type":"ADDED","object":{"metadata":{"name":"web","resourceVersion":"6"},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}}""");

        await foreach (var change in (await Server()).WatchDisruptionBudgetsAsync("default", Stop))
        {
            Assert.Equal(1, Assert.IsType<WatchEvent<V1PodDisruptionBudget>.Present>(change).Item.Status.DisruptionsAllowed);
        }

        Assert.Equal("GET /apis/policy/v1/namespaces/default/poddisruptionbudgets?watch=true&allowWatchBookmarks=true", _http.Seen[0].Line);
    }
}
