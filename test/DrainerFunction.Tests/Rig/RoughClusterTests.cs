namespace DrainerFunction.Rig;

/// <summary>A control plane that is upgraded, overloaded or restored while a node is drained: whatever it says for a quarter of a minute, the node is cordoned and emptied.</summary>
public sealed class RoughClusterTests
{
    public static TheoryData<string, string> Answers
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var way in new[] { "spot: victim", "scale-in: victim" })
            {
                rows.Add(way, """status: 500, text: "etcdserver: leader changed" """);
                rows.Add(way, """status: 500, text: "Internal error occurred: resource quota evaluation timed out", retry-after: 1s""");
                rows.Add(way, """status: 503, text: "the server is currently unable to handle the request" """);
                rows.Add(way, """status: 504, reason: Timeout, text: "Timeout: request did not complete within requested timeout - context deadline exceeded" """);
                rows.Add(way, """status: 504, reason: Timeout, text: "Timeout: Too large resource version: 9000, current: 8000", retry-after: 1s""");
                rows.Add(way, """status: 429, reason: TooManyRequests, text: "storage is (re)initializing", retry-after: 1s""");
                rows.Add(way, """status: 429, text: "The apiserver is shutting down, please try again later.", retry-after: 5s""");
                rows.Add(way, """status: 410, reason: Expired, text: "The resourceVersion for the provided watch is too old." """);
                rows.Add(way, """status: 409, reason: Conflict, text: "Operation cannot be fulfilled on pods web: the object has been modified" """);
                rows.Add(way, """status: 408, text: "" """);
                rows.Add(way, """status: 401, reason: Unauthorized, text: Unauthorized""");
                rows.Add(way, """status: 404, text: "404 page not found" """);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Answers))]
    public void Whatever_a_cluster_answers_for_a_while_costs_no_cordon_and_no_pod_its_eviction(string way, string answer) => Rehearsal.PlayedWell($$"""
        name: rough
        limit: 30m
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, spot: true, instances: [victim, refuge], hooks: [{ name: node-drainer, heartbeat: 300s }] }]
        workloads: [{ name: web, replicas: 3, on: victim, stops-in: 10s, grace: 30s }]
        events: [{ at: 1s, {{way}} }, { at: 1100ms, fault: { kind: status, service: kubernetes, {{answer}}, for: 15s } }]
        expect: { nodes: { victim: drained, refuge: untouched }, evictions: { web: 3 } }
        """).Dispose();
}
