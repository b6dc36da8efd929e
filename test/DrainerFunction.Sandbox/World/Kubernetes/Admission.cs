namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>A validating webhook of the cluster. It sees every write and refuses by saying why.</summary>
/// <param name="Refuse">The reason, or null to let the request pass.</param>
/// <param name="Code">What the webhook answers with; frameworks for webhooks mostly send 403, the API server's own default is 400.</param>
internal sealed record AdmissionWebhook(string Name, Func<RequestTarget, ApiRequest, string?> Refuse, int Code = 403);

/// <summary>The cluster's webhooks, asked in order.</summary>
internal sealed class Admission
{
    private readonly List<AdmissionWebhook> _webhooks = [];

    public void Add(AdmissionWebhook webhook) => _webhooks.Add(webhook);

    public void Remove(string name) => _webhooks.RemoveAll(webhook => webhook.Name == name);

    public void Demand(RequestTarget target, ApiRequest request)
    {
        if (target.Kind is null || target.Verb is "get" or "list" or "watch")
        {
            return;
        }

        foreach (var webhook in _webhooks)
        {
            if (webhook.Refuse(target, request) is { } why)
            {
                throw ApiRefusal.Of(
                    webhook.Code,
                    webhook.Code == 403 ? "Forbidden" : webhook.Code == 400 ? "BadRequest" : "",
                    $"admission webhook \"{webhook.Name}\" denied the request{(why.Length > 0 ? $": {why}" : " without explanation")}");
            }
        }
    }
}
