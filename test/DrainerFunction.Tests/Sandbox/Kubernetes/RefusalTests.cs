using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>How an API server refuses: webhooks, limits, priority and fairness, faults with their own text.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly ClusterFixture _cluster = new();

    // apiserver/pkg/admission/plugin/webhook: ErrCallingWebhook becomes an internal error where the failure policy is Fail.
    [Fact]
    public void A_webhook_that_cannot_be_called_is_a_500_that_names_it()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.Api.Webhooks.Add(new("guard.example.com", (_, _) => null) { IsDown = true });

        var answer = _cluster.Evict("web");

        Assert.Equal((500, "InternalError"), (answer.Status, answer.Body.Text("reason")));
        Assert.StartsWith("Internal error occurred: failed calling webhook \"guard.example.com\": failed to call webhook: Post ", answer.Body.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 8, 201)]
    [InlineData(20, 10, 500)]
    public void A_slow_webhook_holds_the_request_up_to_its_timeout(double takes, double held, int status)
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.Api.Webhooks.Add(new("guard.example.com", (_, _) => null) { Takes = TimeSpan.FromSeconds(takes) });
        var request = ApiRequest.To("POST", "/api/v1/namespaces/default/pods/web/eviction", ApiUser.Admin, ClusterFixture.Eviction("web", "default", null));

        Assert.Equal(TimeSpan.FromSeconds(held), _cluster.Cluster.Api.HoldFor(RequestTarget.Of(request), request));
        Assert.Equal(status, _cluster.Evict("web").Status);
    }

    [Fact]
    public void A_webhook_on_nodes_is_asked_about_nothing_else()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.Api.Webhooks.Add(new("guard.example.com", (_, _) => "no") { IsAskedAbout = (target, _) => target.ResourceAndSubresource == "nodes" });

        Assert.Equal(201, _cluster.Evict("web").Status);
        Assert.Equal(403, _cluster.Patch("/api/v1/nodes/node-1", """{"spec":{"unschedulable":true}}""").Status);
    }

    // apimachinery/pkg/api/validation: TotalAnnotationSizeLimitB.
    [Theory]
    [InlineData(262_143, 200)]
    [InlineData(262_144, 422)]
    public void All_annotations_of_an_object_together_have_256_KiB(int bytes, int status)
    {
        var annotations = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["k"] = new string('x', bytes) } } };

        var answer = _cluster.Ask("PATCH", "/api/v1/nodes/node-1", annotations, "application/merge-patch+json");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? null : "Node \"node-1\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes", answer.Body.Text("message"));
    }

    [Fact]
    public void One_request_more_than_there_are_seats_is_turned_away_and_told_when_to_come_back()
    {
        var seats = new Seats(new() { Name = "blue", Seats = 1 });

        Assert.Null(seats.Take(ClusterFixture.Drainer));
        var refused = seats.Take(ClusterFixture.Drainer)!;
        Assert.Null(seats.Take(ApiUser.Admin));
        seats.Leave(ClusterFixture.Drainer);

        Assert.Equal((429, "1"), (refused.Status, refused.Headers["Retry-After"]));
        Assert.Null(seats.Take(ClusterFixture.Drainer));
    }

    // pkg/registry/core/pod/storage/eviction.go: NewTimeoutError(…, 10) when the budget's update keeps meeting conflicts.
    [Fact]
    public void A_fault_says_its_own_text_on_one_object_with_the_time_to_come_back_in_header_and_body()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.AddPod(new("db") { Node = "node-1" });
        _cluster.Cluster.Faults.Add(new(new Fault.ServerError(504, "Timeout: couldn't update PodDisruptionBudget \"web\" due to conflicts") { RetryAfter = TimeSpan.FromSeconds(10) })
        {
            Verb = "create", Resource = "pods/eviction", Name = "web",
        });

        var answer = _cluster.Evict("web");

        Assert.Equal((504, "Timeout", "10"), (answer.Status, answer.Body.Text("reason"), answer.Headers["Retry-After"]));
        Assert.Equal(10, answer.Body.Number("details", "retryAfterSeconds"));
        Assert.Equal(201, _cluster.Evict("db").Status);
    }

    [Theory]
    [InlineData("nodes")]
    [InlineData("pods")]
    public void A_list_whose_revision_is_forgotten_between_two_pages_is_answered_410(string resource)
    {
        _cluster.Cluster.AddPod(new("a") { Node = "node-1" });
        _cluster.Cluster.AddPod(new("b") { Node = "node-1" });
        _cluster.Cluster.Faults.Add(new(new Fault.Expired()) { Verb = "list", Resource = resource });

        var first = _cluster.Ask("GET", $"/api/v1/{resource}?limit=1");
        var second = _cluster.Ask("GET", $"/api/v1/{resource}?limit=1&continue={Uri.EscapeDataString(first.Body.Text("metadata", "continue")!)}");

        Assert.Equal((200, 410, "Expired"), (first.Status, second.Status, second.Body.Text("reason")));
    }

    public void Dispose() => _cluster.Dispose();
}
