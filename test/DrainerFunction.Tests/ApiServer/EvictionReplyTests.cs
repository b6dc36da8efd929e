using System.Net;
using System.Text;

namespace DrainerFunction.ApiServer;

public sealed class EvictionReplyTests
{
    private const string Held = """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Cannot evict pod as it would violate the pod's disruption budget.","reason":"TooManyRequests",
        "details":{"causes":[{"reason":"DisruptionBudget","message":"The disruption budget web needs 2 healthy pods and has 2 currently"}]},"code":429}
        """;

    public sealed record Row(string Rule, int Status, string Body)
    {
        internal TimeSpan? RetryAfter { get; init; }

        internal EvictionReply? Evicting { get; init; }

        internal EvictionReply? Deleting { get; init; }

        /// <summary>It says nothing about the pod: why, and what the exception's message ends with.</summary>
        internal (ApiServerRefusal Refusal, string Why)? Failing { get; init; }

        public override string ToString() => Rule;
    }

    private static string Status(string message, string details = "{}", string reason = "") =>
        $$"""{"kind":"Status","status":"Failure","reason":"{{reason}}","message":"{{message.Replace("\"", "\\\"", StringComparison.Ordinal)}}","details":{{details}}}""";

    public static TheoryData<Row> Answers =>
    [
        new Row("201 is taken", 201, Status("")) { Evicting = new EvictionReply.Accepted() },
        new Row("so is a deleted pod in the body", 200, """{"kind":"Pod"}""") { Deleting = new EvictionReply.Accepted() },
        new Row("a budget says no, and its name is known", 429, Held)
        {
            Evicting = new EvictionReply.HeldByDisruptionBudget("web", "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget web needs 2 healthy pods and has 2 currently", null),
        },
        new Row("a budget that is still being counted names its time", 429, Held.Replace("needs 2 healthy pods and has 2 currently", "is still being processed by the server.", StringComparison.Ordinal))
        {
            RetryAfter = TimeSpan.FromSeconds(10),
            Evicting = new EvictionReply.HeldByDisruptionBudget("web", "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget web is still being processed by the server.", TimeSpan.FromSeconds(10)),
        },
        new Row("two budgets are a budget's no", 500, Status("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."))
        {
            Evicting = new EvictionReply.HeldByDisruptionBudget(null, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", null),
        },
        new Row("so are two in the newer words", 500, Status("This pod has more than one PodDisruptionBudget: default/also, default/web, which the eviction subresource does not support."))
        {
            Evicting = new EvictionReply.HeldByDisruptionBudget(null, "This pod has more than one PodDisruptionBudget: default/also, default/web, which the eviction subresource does not support.", null),
        },
        // pkg/registry/core/pod/storage/eviction.go, checkAndDecrement: NewForbidden(policy.Resource("poddisruptionbudget"), pdb.Name, "pdb disruptions allowed is negative")
        new Row("a broken budget holds as any other", 403, Status("poddisruptionbudget.policy \"web\" is forbidden: pdb disruptions allowed is negative", """{"name":"web","group":"policy","kind":"poddisruptionbudget"}""", "Forbidden"))
        {
            Evicting = new EvictionReply.HeldByDisruptionBudget("web", "poddisruptionbudget.policy \"web\" is forbidden: pdb disruptions allowed is negative", null),
        },
        new Row("a budget that says so in its cause, whatever the code", 403, Status("poddisruptionbudget.policy \"web\" is forbidden: no", """{"name":"web","causes":[{"reason":"DisruptionBudget","message":"The disruption budget web does not allow evicting pods currently because it failed sync"}]}""", "Forbidden"))
        {
            Evicting = new EvictionReply.HeldByDisruptionBudget("web", "poddisruptionbudget.policy \"web\" is forbidden: no The disruption budget web does not allow evicting pods currently because it failed sync", null),
        },
        new Row("a budget that does not allow it", 429, Held.Replace("needs 2 healthy pods and has 2 currently", "does not allow evicting pods currently", StringComparison.Ordinal))
        {
            Evicting = new EvictionReply.HeldByDisruptionBudget("web", "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget web does not allow evicting pods currently", null),
        },
        new Row("a webhook that says 404 does not make the pod gone", 404, Status("admission webhook \"guard.example\" denied the request: nothing here", reason: "NotFound"))
        {
            Evicting = new EvictionReply.Refused("guard.example", "admission webhook \"guard.example\" denied the request: nothing here", null),
            Deleting = new EvictionReply.Refused("guard.example", "admission webhook \"guard.example\" denied the request: nothing here", null),
        },
        new Row("a broken budget in the plural", 403, Status("poddisruptionbudgets.policy \"web\" is forbidden: pdb disruptions allowed is negative", """{"name":"web","group":"policy","kind":"poddisruptionbudgets"}"""))
        {
            Evicting = new EvictionReply.HeldByDisruptionBudget("web", "poddisruptionbudgets.policy \"web\" is forbidden: pdb disruptions allowed is negative", null),
        },
        new Row("priority and fairness speaks plain text", 429, "Too many requests, please try again later.\n")
        {
            RetryAfter = TimeSpan.FromSeconds(1), Failing = (ApiServerRefusal.Overloaded, "was answered 429: Too many requests, please try again later"),
        },
        new Row("404 is gone", 404, Status("pods \"web\" not found", reason: "NotFound")) { Evicting = new EvictionReply.Gone(), Deleting = new EvictionReply.Gone() },
        new Row("404 of a path that nobody serves is not", 404, "404 page not found\n") { Failing = (ApiServerRefusal.Unreachable, "was answered 404: 404 page not found") },
        new Row("another UID is gone", 409, Status("Operation cannot be fulfilled on Pod \"web\": the UID in the precondition (a) does not match the UID in record (b).", reason: "Conflict"))
        {
            Evicting = new EvictionReply.Gone(), Deleting = new EvictionReply.Gone(),
        },
        new Row("another conflict is a race", 409, Status("please apply your changes")) { Failing = (ApiServerRefusal.Unreachable, "was answered 409: please apply your changes") },
        new Row("a namespace that is going", 403, Status("pods \"web\" is forbidden: unable to create new content in namespace x because it is being terminated", """{"causes":[{"reason":"NamespaceTerminating"}]}"""))
        {
            Evicting = new EvictionReply.NamespaceTerminating(),
        },
        new Row("a webhook says no", 403, Status("admission webhook \"guard.example\" denied the request: not now"))
        {
            Evicting = new EvictionReply.Refused("guard.example", "admission webhook \"guard.example\" denied the request: not now", null),
            Deleting = new EvictionReply.Refused("guard.example", "admission webhook \"guard.example\" denied the request: not now", null),
        },
        new Row("even with 429", 429, Status("admission webhook \"guard.example\" denied the request: not now"))
        {
            Evicting = new EvictionReply.Refused("guard.example", "admission webhook \"guard.example\" denied the request: not now", null),
        },
        new Row("a webhook that does not answer", 500, Status("Internal error occurred: failed calling webhook \"guard.example\": no endpoints"))
        {
            Evicting = new EvictionReply.Refused("guard.example", "Internal error occurred: failed calling webhook \"guard.example\": no endpoints", null),
        },
        new Row("a policy says no", 422, Status("pods \"web\" is forbidden: ValidatingAdmissionPolicy 'keep' with binding 'all' denied request: no"))
        {
            Evicting = new EvictionReply.Refused("keep", "pods \"web\" is forbidden: ValidatingAdmissionPolicy 'keep' with binding 'all' denied request: no", null),
        },
        new Row("so does a mutating one, in other words", 403, Status("policy 'defaults' with binding 'all' denied request: failed to configure binding: no params found"))
        {
            Evicting = new EvictionReply.Refused("defaults", "policy 'defaults' with binding 'all' denied request: failed to configure binding: no params found", null),
            Deleting = new EvictionReply.Refused("defaults", "policy 'defaults' with binding 'all' denied request: failed to configure binding: no params found", null),
        },
        new Row("the server does not like the request", 400, Status("bad")) { Evicting = new EvictionReply.Refused("the API server", "bad", null), Deleting = new EvictionReply.Refused("the API server", "bad", null) },
        new Row("the server fails", 503, "no healthy upstream") { Failing = (ApiServerRefusal.Unreachable, "was answered 503: no healthy upstream") },
        new Row("fields of another type", 500, """{"kind":"Status","message":7,"details":[],"code":"x"}""") { Failing = (ApiServerRefusal.Unreachable, "was answered 500: ") },
    ];

    [Theory, MemberData(nameof(Answers))]
    public void Each_answer_has_one_meaning(Row row)
    {
        var answer = new ApiAnswer((HttpStatusCode)row.Status, Encoding.UTF8.GetBytes(row.Body), row.RetryAfter);

        if (row.Evicting is { } evicting)
        {
            Assert.Equal(evicting, EvictionReply.Of(answer, "blue", "The eviction"));
        }

        if (row.Deleting is { } deleting)
        {
            Assert.Equal(deleting, EvictionReply.Of(answer, "blue", "The deletion"));
        }

        if (row.Failing is var (refusal, why))
        {
            var failure = Assert.Throws<ApiServerException>(() => EvictionReply.Of(answer, "blue", "The eviction"));
            Assert.Equal((refusal, row.RetryAfter), (failure.Refusal, failure.RetryAfter));
            Assert.EndsWith(why, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_we_may_not_do_is_no_answer_about_the_pod()
    {
        var answer = new ApiAnswer(HttpStatusCode.Forbidden, Encoding.UTF8.GetBytes(Status("pods \"web\" is forbidden: User \"x\" cannot create resource \"pods/eviction\"")), null);

        Assert.Equal(ApiServerRefusal.Forbidden, Assert.Throws<ApiServerException>(() => EvictionReply.Of(answer, "blue", "The eviction")).Refusal);
        Assert.Equal(ApiServerRefusal.Forbidden, Assert.Throws<ApiServerException>(() => EvictionReply.Of(answer, "blue", "The deletion")).Refusal);
    }
}
