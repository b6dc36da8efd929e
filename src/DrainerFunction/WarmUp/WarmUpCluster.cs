using System.Net;
using System.Text;

namespace DrainerFunction.WarmUp;

/// <summary>A cluster as a warm-up needs it: one node with a pod that goes when it is asked and one of a DaemonSet. Nothing leaves the process.</summary>
internal sealed class WarmUpCluster : HttpMessageHandler
{
    public const string NodeName = "ip-0-0-0-0.warm-up";

    private const string Node = $$"""
        {"kind":"Node","apiVersion":"v1","metadata":{"name":"{{NodeName}}","uid":"n","resourceVersion":"1","creationTimestamp":"2020-01-01T00:00:00Z","labels":{"a":"b"},"annotations":{"a":"b"} },
         "spec":{"providerID":"aws:///a/{{WarmUpDrain.InstanceId}}","taints":[{"key":"a","effect":"PreferNoSchedule"}]},
         "status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2020-01-01T00:00:00Z"}],"nodeInfo":{"bootID":"b"},"volumesAttached":[]} }
        """;

    private static readonly string Evicted = Pod("evicted", "ReplicaSet");
    private static readonly string List = $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{{Evicted}},{{Pod("agent", "DaemonSet")}}]}""";
    private static readonly string Watch = $$"""{"type":"DELETED","object":{{Evicted.ReplaceLineEndings("")}}}{{'\n'}}""";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        var (code, body) = (request.Method.Method, path) switch
        {
            ("POST", _) => (HttpStatusCode.Created, """{"kind":"Status","apiVersion":"v1","status":"Success","code":201}"""),
            _ when path.Contains("watch=true", StringComparison.Ordinal) => (HttpStatusCode.OK, Watch),
            _ when path.Contains("/pods", StringComparison.Ordinal) => (HttpStatusCode.OK, List),
            _ => (HttpStatusCode.OK, Node),
        };
        return Task.FromResult(new HttpResponseMessage(code) { RequestMessage = request, Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }

    private static string Pod(string name, string owner) => $$"""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{name}}","namespace":"warm-up","uid":"{{name}}","resourceVersion":"1","creationTimestamp":"2020-01-01T00:00:00Z","labels":{"a":"b"},"annotations":{"a":"b"},
         "ownerReferences":[{"apiVersion":"apps/v1","kind":"{{owner}}","name":"{{name}}","uid":"o","controller":true}],"managedFields":[{"manager":"a"}]},
         "spec":{"nodeName":"{{NodeName}}","priority":0,"terminationGracePeriodSeconds":30,"volumes":[{"name":"a","emptyDir":{} },{"name":"b","projected":{} }],
         "tolerations":[{"key":"a","operator":"Exists","effect":"NoExecute"}],"containers":[{"name":"a"}]},
         "status":{"phase":"Running","containerStatuses":[{"name":"a","state":{"running":{"startedAt":"2020-01-01T00:00:00Z"} } }]} }
        """;
}
