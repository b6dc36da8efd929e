using System.Net;
using System.Text.Json;

namespace DrainerFunction.ApiServer;

/// <summary>What a check asks of a cluster, over answers that a test writes.</summary>
public sealed class ClusterReaderTests : ClusterApiServerScene
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task A_right_is_asked_for_by_an_access_review(string allowed, bool expected)
    {
        _http.Answer(HttpStatusCode.Created, $$"""{"kind":"SelfSubjectAccessReview","status":{"allowed":{{allowed}} } }""");

        Assert.Equal(expected, await (await Reader()).MayAsync(new("create", "", "pods/eviction"), Stop));

        Assert.Equal("POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews", _http.Seen[0].Line);
        using var review = JsonDocument.Parse(_http.Seen[0].Body);
        Assert.Equal("""{"verb":"create","group":"","resource":"pods","subresource":"eviction"}""", review.RootElement.GetProperty("spec").GetProperty("resourceAttributes").GetRawText());
    }

    [Fact]
    public void An_answer_that_allows_nothing_is_no_right() => Assert.False(AccessReview.IsAllowed(JsonSerializer.SerializeToElement(new { status = new { denied = true } })));

    [Fact]
    public async Task Pods_of_the_whole_cluster_come_in_pages_and_a_list_that_began_anew_tells_of_none_twice()
    {
        _http.Answer(HttpStatusCode.OK, Pods("\"next\"", "a", "b"));
        _http.Answer(HttpStatusCode.Gone, """{"kind":"Status","reason":"Expired","code":410}""");
        _http.Answer(HttpStatusCode.OK, Pods("null", "b", "c"));

        var names = new List<string>();
        await foreach (var pod in (await Reader()).ListPodsAsync(Stop))
        {
            names.Add(pod.Metadata.Name);
        }

        Assert.Equal(["a", "b", "c"], names);
        Assert.Equal("GET /api/v1/pods?limit=500", _http.Seen[0].Line);
    }

    [Fact]
    public async Task The_amounts_of_a_disruption_budget_are_read()
    {
        _http.Answer(HttpStatusCode.OK, """{"kind":"PodDisruptionBudgetList","metadata":{},"items":[{"metadata":{"name":"web","namespace":"a"},"spec":{"maxUnavailable":"30%"}},{"metadata":{"name":"db","namespace":"a"},"spec":{"minAvailable":2},"status":{"expectedPods":2,"desiredHealthy":2,"currentHealthy":2,"disruptionsAllowed":0}}]}""");

        var budgets = new List<k8s.Models.V1PodDisruptionBudget>();
        await foreach (var budget in (await Reader()).ListDisruptionBudgetsAsync(Stop))
        {
            budgets.Add(budget);
        }

        Assert.Equal(("30%", "2", true), (budgets[0].Spec.MaxUnavailable.ToString(), budgets[1].Spec.MinAvailable.ToString(), budgets[1].NeverAllows));
    }

    [Theory]
    [InlineData("pods/eviction", "CREATE", "", true, false)]
    [InlineData("pods/*", "CREATE", "", true, false)]
    [InlineData("*/*", "*", "*", true, true)]
    [InlineData("*", "*", "*", true, true)]
    [InlineData("pods", "CREATE", "", false, false)]
    [InlineData("pods", "DELETE", "", true, false)]
    [InlineData("nodes", "UPDATE", "", false, true)]
    [InlineData("nodes/status", "UPDATE", "", false, false)]
    [InlineData("deployments", "*", "apps", false, false)]
    [InlineData("*", "*", "apps", false, false)]
    public async Task A_webhook_is_told_by_what_it_may_be_asked_about(string resource, string operation, string group, bool evictions, bool nodes)
    {
        _http.Answer(HttpStatusCode.OK, $$"""{"items":[{"webhooks":[{"name":"guard","failurePolicy":"Fail","timeoutSeconds":5,"rules":[{"apiGroups":["{{group}}"],"operations":["{{operation}}"],"resources":["{{resource}}"]}]}]}]}""");
        _http.Answer(HttpStatusCode.OK, """{"items":[{"webhooks":[{"name":"open","failurePolicy":"Ignore"}]}]}""");

        var hooks = await (await Reader()).ListAdmissionWebhooksAsync(Stop);

        Assert.Equal([new("guard", true, TimeSpan.FromSeconds(5), evictions, nodes), new("open", false, TimeSpan.FromSeconds(10), false, false)], hooks);
    }

    [Fact]
    public async Task What_may_not_be_listed_is_a_refusal_and_no_empty_list()
    {
        _http.Answer(HttpStatusCode.Forbidden, """{"kind":"Status","reason":"Forbidden","code":403}""");

        Assert.Equal(ApiServerRefusal.Forbidden, (await Assert.ThrowsAsync<ApiServerException>(async () => await (await Reader()).ListAdmissionPoliciesAsync(Stop))).Refusal);
    }

    private static string Pods(string next, params string[] names) =>
        $$"""{"kind":"PodList","metadata":{"continue":{{next}} },"items":[{{string.Join(',', names.Select(name => $$"""{"metadata":{"name":"{{name}}","namespace":"a","uid":"{{name}}"},"spec":{"containers":[]},"status":{"phase":"Running"} }"""))}}]}""";

    private async Task<IClusterReader> Reader() => (await Servers().ReadAsync(Name, Stop))!;
}
