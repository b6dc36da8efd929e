using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>kubernetes.io/docs/reference/using-api/api-concepts: efficient detection of changes, watch bookmarks, streaming lists, 410 Gone.</summary>
public sealed class WatchTests : IDisposable
{
    private const string PodsOfOne = "/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3Dnode-1";

    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void A_watch_without_a_version_begins_with_what_is_there()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });

        Assert.Equal(["ADDED"], ClusterFixture.Types(_cluster.Watch(PodsOfOne)));
    }

    [Fact]
    public void A_watch_from_the_version_of_a_list_misses_nothing_and_repeats_nothing()
    {
        _cluster.Cluster.AddPod(new("early") { Node = "node-1" });
        var version = _cluster.Ask("GET", "/api/v1/pods").Body.Text("metadata", "resourceVersion");
        _cluster.Cluster.AddPod(new("between") { Node = "node-1" });
        var watch = _cluster.Watch($"{PodsOfOne}&resourceVersion={version}");
        _cluster.Cluster.AddPod(new("late") { Node = "node-1" });

        Assert.Equal(["between", "late"], ClusterFixture.Read(watch).Select(one => one.Object.Name()));
    }

    [Fact]
    public void A_pod_that_is_deleted_is_modified_until_it_stopped_and_then_deleted_under_a_newer_version()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1", StopsIn = TimeSpan.FromSeconds(5) });
        var watch = _cluster.Watch(PodsOfOne);
        ClusterFixture.Read(watch);

        _cluster.Ask("DELETE", "/api/v1/namespaces/default/pods/web");
        Assert.Equal(["MODIFIED"], ClusterFixture.Types(watch));
        _cluster.Pass(5);

        var end = ClusterFixture.Read(watch);
        Assert.Equal(["MODIFIED", "DELETED"], end.Select(one => one.Type));
        Assert.True(Version(end[1]) > Version(end[0]));
    }

    [Fact]
    public void What_starts_or_stops_to_match_a_selector_is_added_or_deleted()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        var watch = _cluster.Watch("/api/v1/pods?watch=true&labelSelector=tier%3Dgold");

        _cluster.Patch("/api/v1/namespaces/default/pods/web", """{"metadata":{"labels":{"tier":"gold"}}}""");
        _cluster.Patch("/api/v1/namespaces/default/pods/web", """{"metadata":{"labels":{"x":"y"}}}""");
        _cluster.Patch("/api/v1/namespaces/default/pods/web", """{"metadata":{"labels":{"tier":null}}}""");

        Assert.Equal(["ADDED", "MODIFIED", "DELETED"], ClusterFixture.Types(watch));
    }

    [Fact]
    public void A_watch_of_one_nodes_pods_of_one_object_or_of_one_namespace_hears_of_these_alone()
    {
        _cluster.Cluster.AddNamespace("other");
        var ofNode = _cluster.Watch("/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3Dnode-1");
        var ofObject = _cluster.Watch("/api/v1/pods?watch=true&fieldSelector=metadata.name%3Dweb");
        var ofNamespace = _cluster.Watch("/api/v1/namespaces/other/pods?watch=true");

        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.AddPod(new("api") { Node = "node-2" });
        _cluster.Cluster.AddPod(new("job") { Node = "node-2", Namespace = "other" });

        Assert.Equal(["web"], ClusterFixture.Read(ofNode).Select(one => one.Object.Name()).Distinct());
        Assert.Equal(["web"], ClusterFixture.Read(ofObject).Select(one => one.Object.Name()).Distinct());
        Assert.Equal(["job"], ClusterFixture.Read(ofNamespace).Select(one => one.Object.Name()).Distinct());
        Assert.Equal(3, _cluster.Cluster.Watches.Open);
        ofNode.Close();
        Assert.Equal(2, _cluster.Cluster.Watches.Open);
    }

    [Fact]
    public void A_version_that_was_compacted_away_is_one_error_event_with_410_and_the_end()
    {
        var version = _cluster.Cluster.Store.Revision;
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.Store.Compact();

        var watch = _cluster.Watch($"{PodsOfOne}&resourceVersion={version}");

        var error = Assert.Single(ClusterFixture.Read(watch));
        Assert.Equal(("ERROR", 410, "Expired"), (error.Type, error.Object.Number("code") ?? 0, error.Object.Text("reason")));
        Assert.StartsWith("too old resource version: ", error.Object.Text("message"), StringComparison.Ordinal);
        Assert.True(watch.IsClosed);
    }

    [Fact]
    public void Bookmarks_come_each_minute_to_whoever_allows_them()
    {
        var asked = _cluster.Watch(PodsOfOne + "&allowWatchBookmarks=true");
        var silent = _cluster.Watch(PodsOfOne);
        _cluster.Cluster.AddNode(ClusterFixture.MachineOf(3));

        _cluster.Pass(130);

        Assert.Equal(["BOOKMARK", "BOOKMARK"], ClusterFixture.Types(asked));
        Assert.Empty(ClusterFixture.Types(silent));
    }

    [Fact]
    public void Initial_events_end_with_a_marked_bookmark()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });

        var events = ClusterFixture.Read(_cluster.Watch(PodsOfOne + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"));

        Assert.Equal(["ADDED", "BOOKMARK"], events.Select(one => one.Type));
        Assert.Equal("true", events[1].Object.Annotation("k8s.io/initial-events-end"));
    }

    [Fact]
    public void A_watch_ends_after_its_timeout()
    {
        var watch = _cluster.Watch(PodsOfOne + "&timeoutSeconds=30");

        _cluster.Pass(29);
        Assert.False(watch.IsClosed);
        _cluster.Pass(1);

        Assert.True(watch.IsClosed);
        Assert.Equal(0, _cluster.Cluster.Watches.Open);
    }

    [Fact]
    public void A_silent_watch_stays_open_and_tells_nothing()
    {
        _cluster.Cluster.Faults.Add(new(new Fault.SilentWatch(TimeSpan.FromSeconds(1)), Nth: 1, Times: 1) { Verb = "watch" });
        var watch = _cluster.Watch(PodsOfOne);
        _cluster.Pass(1);

        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });

        Assert.Empty(ClusterFixture.Read(watch));
        Assert.False(watch.IsClosed);
    }

    [Fact]
    public void The_reader_is_told_of_each_event_and_of_the_end()
    {
        var told = 0;
        var watch = _cluster.Watch(PodsOfOne);
        watch.Subscribe(() => told++);

        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        watch.Close();

        Assert.Equal(2, told);
    }

    // The items of a page show the revision of the first page; limit and continue as in "Retrieving large results sets in chunks".
    [Fact]
    public void Pages_show_one_revision_even_if_the_pods_change_between_them()
    {
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            _cluster.Cluster.AddPod(new(name) { Node = "node-1" });
        }

        var first = _cluster.Ask("GET", "/api/v1/pods?limit=2").Body;
        Assert.Equal(3, first.Number("metadata", "remainingItemCount"));
        _cluster.Ask("DELETE", "/api/v1/namespaces/default/pods/d?gracePeriodSeconds=0");
        _cluster.Cluster.AddPod(new("bb") { Node = "node-1" });
        var second = _cluster.Ask("GET", $"/api/v1/pods?limit=9&continue={Uri.EscapeDataString(first.Text("metadata", "continue")!)}").Body;

        Assert.Equal(["a", "b"], first.Items("items").Select(pod => pod.Name()));
        Assert.Equal(["c", "d", "e"], second.Items("items").Select(pod => pod.Name()));
        Assert.Equal(first.Text("metadata", "resourceVersion"), second.Text("metadata", "resourceVersion"));
        Assert.Null(second.At("metadata", "continue"));
    }

    [Fact]
    public void A_page_that_came_too_late_is_answered_410()
    {
        _cluster.Cluster.AddPod(new("a") { Node = "node-1" });
        _cluster.Cluster.AddPod(new("b") { Node = "node-1" });
        var token = _cluster.Ask("GET", "/api/v1/pods?limit=1").Body.Text("metadata", "continue")!;
        _cluster.Cluster.AddPod(new("c") { Node = "node-1" });
        _cluster.Cluster.Store.Compact();

        var answer = _cluster.Ask("GET", $"/api/v1/pods?limit=1&continue={Uri.EscapeDataString(token)}");

        Assert.Equal((410, "Expired"), (answer.Status, answer.Body.Text("reason")));
    }

    [Theory]
    [InlineData("spec.nodeName=node-1", "web")]
    [InlineData("spec.nodeName!=node-1", "pending,other")]
    [InlineData("spec.nodeName=", "pending")]
    [InlineData("status.phase=Running,spec.nodeName=node-2", "other")]
    [InlineData("metadata.name=web", "web")]
    public void Field_selectors_choose_pods(string selector, string expected)
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.AddPod(new("other") { Node = "node-2" });
        _cluster.Cluster.AddPod(new("pending"));

        var names = _cluster.Ask("GET", $"/api/v1/pods?fieldSelector={Uri.EscapeDataString(selector)}").Body.Items("items").Select(pod => pod.Name());

        Assert.Equal(expected.Split(',').Order(), names.Order());
    }

    [Fact]
    public void A_field_that_is_not_indexed_is_refused()
    {
        var answer = _cluster.Ask("GET", "/api/v1/pods?fieldSelector=spec.priority%3D0");

        Assert.Equal((400, "field label not supported: spec.priority"), (answer.Status, answer.Body.Text("message")));
    }

    [Theory]
    [InlineData("tier=gold", "a")]
    [InlineData("tier!=gold", "b,c")]
    [InlineData("tier in (gold, silver)", "a,b")]
    [InlineData("tier notin (gold)", "b,c")]
    [InlineData("tier", "a,b")]
    [InlineData("!tier", "c")]
    [InlineData("tier,tier!=gold", "b")]
    public void Label_selectors_choose_pods(string selector, string expected)
    {
        _cluster.Cluster.AddPod(new("a") { Labels = new Dictionary<string, string> { ["tier"] = "gold" } });
        _cluster.Cluster.AddPod(new("b") { Labels = new Dictionary<string, string> { ["tier"] = "silver" } });
        _cluster.Cluster.AddPod(new("c"));

        var names = _cluster.Ask("GET", $"/api/v1/pods?labelSelector={Uri.EscapeDataString(selector)}").Body.Items("items").Select(pod => pod.Name());

        Assert.Equal(expected.Split(','), names);
    }

    private static long Version(WatchEvent one) => long.Parse(one.Object.Text("metadata", "resourceVersion")!, System.Globalization.CultureInfo.InvariantCulture);
}
