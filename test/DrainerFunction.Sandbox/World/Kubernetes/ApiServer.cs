using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// The API server of one cluster without its transport: synchronous, deterministic, one request at a time under the
/// world's gate. The whole REST semantics are behind <see cref="Handle"/>; sockets only carry it.
/// </summary>
internal sealed class ApiServer(Cluster cluster)
{
    /// <summary>The key of the taint and the annotation that <see cref="Fault.OtherWriter"/> leaves on a node.</summary>
    public const string OtherWriter = "example.com/other-writer";

    private readonly List<ApiLogEntry> _requests = [];
    private readonly ResourceRequests _resources = new(cluster);

    /// <summary>Raised under the gate after each answer.</summary>
    public event Action<ApiLogEntry>? Answered;

    /// <summary>Every request that was answered, in order; read it under the gate or when the world stands still.</summary>
    public IReadOnlyList<ApiLogEntry> Requests => _requests;

    /// <summary>How many of them were of the group that the world judges.</summary>
    public int RequestsOfJudged { get; private set; }

    public Admission Webhooks { get; } = new();

    public Seats Seats { get; } = new(cluster.Settings);

    /// <summary>How long a transport must hold this request back before it hands it over; the world itself answers at once.</summary>
    public TimeSpan HoldFor(RequestTarget target, ApiRequest request)
    {
        lock (cluster.World.Gate)
        {
            return cluster.Settings.AnswersIn + Webhooks.HoldFor(target, request);
        }
    }

    public ApiResponse Handle(ApiRequest request)
    {
        lock (cluster.World.Gate)
        {
            var target = RequestTarget.Of(request);
            var fault = request.FaultsWereConsulted ? null : cluster.Faults.Consult(target, request.User);
            var response = fault is null ? Serve(target, request) : Spoilt(fault, target, request);
            return Note(target, request, response);
        }
    }

    /// <summary>Notes an answer that was given without asking the world: an unknown token, a fault.</summary>
    public ApiResponse Note(RequestTarget target, ApiRequest request, ApiResponse response)
    {
        var entry = new ApiLogEntry(
            cluster.World.Now, request.Method, request.Path, target.Verb, target.ResourceAndSubresource, target.Namespace, target.Name, request.User, response.ConnectionWasLost ? 0 : response.Status);
        _requests.Add(entry);
        RequestsOfJudged += request.User.IsIn(cluster.Settings.JudgedGroup) ? 1 : 0;
        if (target is { Verb: "patch", Subresource: null, Name: { } node } && target.Kind == ResourceKinds.Nodes && IsRefusal(response) && request.User.IsIn(cluster.Settings.JudgedGroup))
        {
            cluster.Objections.CordonWasRefused(node);
        }

        Answered?.Invoke(entry);
        return response;
    }

    /// <summary>The answer of a fault that needs no socket; the others are the socket's own and change nothing here.</summary>
    public ApiResponse Spoilt(Fault fault, RequestTarget target, ApiRequest request)
    {
        switch (fault)
        {
            case Fault.TooManyRequests full:
                return ApiRefusal.QueuesAreFull(full.RetryAfter);
            case Fault.ServerError error:
                return ApiRefusal.Of(error.Status, error.Reason ?? ReasonOf(error.Status), error.Message, error.RetryAfter is null ? null : [], error.RetryAfter).Response;
            case Fault.Expired:
                cluster.Store.Compact();
                return Serve(target, request);
            case Fault.ResetBefore:
                return new(0, null) { ConnectionWasLost = true };
            case Fault.ResetAfter:
                var unheard = Serve(target, request);
                unheard.Watch?.Close();
                return unheard with { ConnectionWasLost = true };
            case Fault.ResetInBody:
                return Serve(target, request) with { ConnectionWasLost = true };
            case Fault.SilentWatch silent when Serve(target, request) is { Watch: { } watch } response:
                cluster.World.Agenda.After(silent.After, () => watch.IsSilent = true);
                return response;
            case Fault.ClosedWatch closed when Serve(target, request) is { Watch: { } watch } response:
                cluster.World.Agenda.After(closed.After, watch.Close);
                return response;
            case Fault.FailedWatch failed when Serve(target, request) is { Watch: { } watch } response:
                watch.Fail(failed.Status is { } status ? ApiRefusal.Of(status, ReasonOf(status), failed.Message).Response.Body as JsonObject : null);
                return response;
            case Fault.OtherWriter:
                WriteBefore(target);
                return Serve(target, request);
            default:
                return Serve(target, request);
        }
    }

    // A webhook may give whatever code it likes.
    private static bool IsRefusal(ApiResponse response) =>
        response.Status is 400 or 403 or 422 or 500 || response.Body.Text("message")?.StartsWith("admission webhook", StringComparison.Ordinal) is true;

    private void WriteBefore(RequestTarget target)
    {
        if (target.Kind == ResourceKinds.Nodes && target.Name is { } name && cluster.Node(name) is not null)
        {
            cluster.Registry.Update(ResourceKinds.Nodes, null, name, node =>
            {
                node.Child("metadata").Child("annotations")[OtherWriter] = node.Text("metadata", "resourceVersion");
                if (!Tolerations.Taints(node).Any(taint => taint.Text("key") == OtherWriter))
                {
                    node.Child("spec").ChildList("taints").Add((JsonNode)new JsonObject { ["key"] = OtherWriter, ["effect"] = "PreferNoSchedule" });
                }

                return node;
            });
        }
    }

    private ApiResponse Serve(RequestTarget target, ApiRequest request)
    {
        try
        {
            cluster.Authorizer.Demand(target, request.User);
            Webhooks.Demand(target, request);
            return target.Kind is null ? Discovery.Answer(request, cluster.Settings) : _resources.Answer(target, request);
        }
        catch (ApiRefusal refusal)
        {
            return refusal.Response with { Body = refusal.Response.Body?.DeepClone() };
        }
    }

    private static string ReasonOf(int status) => status switch
    {
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    };
}
