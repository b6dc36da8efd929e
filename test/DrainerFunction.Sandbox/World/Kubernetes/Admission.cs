using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>A validating webhook of the cluster. It sees every write and refuses by saying why.</summary>
/// <param name="Refuse">The reason, or null to let the request pass.</param>
/// <param name="Code">What the webhook answers with; frameworks for webhooks mostly send 403, the API server's own default is 400.</param>
internal sealed record AdmissionWebhook(string Name, Func<RequestTarget, ApiRequest, string?> Refuse, int Code = 403)
{
    /// <summary>Nothing answers at its address: with the failure policy Fail the API server refuses what it would have asked about.</summary>
    public bool IsDown { get; init; }

    /// <summary>So long it takes to answer; past <see cref="Timeout"/> the API server gives up, which is as if it were down.</summary>
    public TimeSpan Takes { get; init; }

    /// <summary>timeoutSeconds: at most 30, and 10 unless it says otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Which requests it is asked about; null is every write.</summary>
    public Func<RequestTarget, ApiRequest, bool>? IsAskedAbout { get; init; }

    /// <summary>A mutating webhook changes what would be stored; nodes only.</summary>
    public Action<JsonObject>? Changes { get; init; }

    private bool GivesNoAnswer => IsDown || Takes > Timeout;

    /// <summary>How long the API server waits for it.</summary>
    public TimeSpan Holds => Takes > Timeout ? Timeout : Takes;

    public bool Sees(RequestTarget target, ApiRequest request) =>
        target.Kind is not null && target.Verb is not ("get" or "list" or "watch") && IsAskedAbout?.Invoke(target, request) is not false;

    public void Demand(RequestTarget target, ApiRequest request)
    {
        if (GivesNoAnswer)
        {
            var why = $"failed calling webhook \"{Name}\": failed to call webhook: Post \"https://{Name.Split('.')[0]}.webhooks.svc:443/validate?timeout={Timeout.TotalSeconds:0}s\": {(IsDown ? "dial tcp 10.100.21.7:443: connect: connection refused" : "context deadline exceeded")}";
            throw ApiRefusal.Of(500, "InternalError", $"Internal error occurred: {why}", new() { ["causes"] = new JsonArray(new JsonObject { ["message"] = why }) });
        }

        if (Refuse(target, request) is { } reason)
        {
            throw ApiRefusal.Of(
                Code,
                Code == 403 ? "Forbidden" : Code == 400 ? "BadRequest" : "",
                $"admission webhook \"{Name}\" denied the request{(reason.Length > 0 ? $": {reason}" : " without explanation")}");
        }
    }
}

/// <summary>The cluster's webhooks, asked in order.</summary>
internal sealed class Admission
{
    private readonly List<AdmissionWebhook> _webhooks = [];

    public void Add(AdmissionWebhook webhook) => _webhooks.Add(webhook);

    public void Remove(string name) => _webhooks.RemoveAll(webhook => webhook.Name == name);

    /// <summary>How long the API server waits for webhooks before it answers; validating ones are asked at once.</summary>
    public TimeSpan HoldFor(RequestTarget target, ApiRequest request) =>
        _webhooks.Where(webhook => webhook.Sees(target, request)).Select(webhook => webhook.Holds).DefaultIfEmpty().Max();

    public void Change(RequestTarget target, ApiRequest request, JsonObject next)
    {
        foreach (var webhook in _webhooks.Where(webhook => webhook.Sees(target, request)))
        {
            webhook.Changes?.Invoke(next);
        }
    }

    public void Demand(RequestTarget target, ApiRequest request)
    {
        foreach (var webhook in _webhooks.Where(webhook => webhook.Sees(target, request)))
        {
            webhook.Demand(target, request);
        }
    }
}
