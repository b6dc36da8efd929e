using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>The arithmetic of upstream's pkg/controller/disruption.</summary>
public sealed class DisruptionBudgetTests : IDisposable
{
    private readonly ClusterFixture _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(4, "1", null, 1, 3)]
    [InlineData(4, "4", null, 4, 0)]
    [InlineData(4, "50%", null, 2, 2)]
    [InlineData(3, "50%", null, 2, 1)]
    [InlineData(4, null, "1", 3, 1)]
    [InlineData(4, null, "0", 4, 0)]
    [InlineData(3, null, "50%", 1, 2)]
    [InlineData(2, null, "5", 0, 2)]
    public void Percentages_round_up_and_what_may_be_unavailable_is_counted_from_the_owners_scale(int replicas, string? min, string? max, int desired, int allowed)
    {
        _cluster.Cluster.AddDeployment(new("web"), replicas, "node-1");

        var budget = _cluster.Cluster.AddDisruptionBudget("web", min, max);

        Assert.Equal(
            (replicas, desired, replicas, allowed),
            (budget.Number("status", "currentHealthy"), budget.Number("status", "desiredHealthy"), budget.Number("status", "expectedPods"), budget.Number("status", "disruptionsAllowed")));
    }

    [Fact]
    public void Pods_that_are_missing_count_against_the_owners_scale()
    {
        _cluster.Cluster.AddReplicaSet(new("web") { NeverReady = true }, 4, "node-1");
        _cluster.Cluster.AddDisruptionBudget("web", maxUnavailable: "1");

        Assert.Equal((0, 3, 0), (Status("currentHealthy"), Status("desiredHealthy"), Status("disruptionsAllowed")));
    }

    [Fact]
    public void Pods_without_an_owner_have_no_scale_to_take_a_percentage_of()
    {
        _cluster.Cluster.AddPod(new("web") { Node = "node-1" });
        _cluster.Cluster.AddDisruptionBudget("web", maxUnavailable: "50%");

        Assert.Equal((0, 0), (Status("expectedPods"), Status("disruptionsAllowed")));
    }

    [Fact]
    public void An_owner_without_a_scale_fails_the_sync_and_allows_nothing()
    {
        _cluster.Cluster.AddJob(new("web"), 2, "node-1");
        var budget = _cluster.Cluster.AddDisruptionBudget("web", maxUnavailable: "1");

        Assert.Equal("SyncFailed", budget.Condition("DisruptionAllowed").Text("reason"));
        Assert.Equal(429, _cluster.Evict(_cluster.PodNames("node-1")[0]).Status);
    }

    [Fact]
    public void A_granted_eviction_is_charged_at_once_and_given_back_when_the_successor_is_ready()
    {
        _cluster.Cluster.AddDeployment(new("web") { StopsIn = TimeSpan.FromSeconds(3) }, 2, "node-1");
        _cluster.Cluster.AddDisruptionBudget("web", maxUnavailable: "1");
        var pods = _cluster.PodNames("node-1");

        Assert.Equal(201, _cluster.Evict(pods[0]).Status);
        Assert.Equal(0, Status("disruptionsAllowed"));
        Assert.Equal(429, _cluster.Evict(pods[1]).Status);
        _cluster.Pass(10);

        Assert.Equal(1, Status("disruptionsAllowed"));
        Assert.Equal(201, _cluster.Evict(pods[1]).Status);
    }

    private long? Status(string field) => _cluster.Cluster.Store.Get(ResourceKinds.DisruptionBudgets, "default", "web").Number("status", field);
}
