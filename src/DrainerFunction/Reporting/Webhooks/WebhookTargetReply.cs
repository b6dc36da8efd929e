namespace DrainerFunction.Reporting.Webhooks;

/// <summary>What the settings and their SSM parameters say about the webhook.</summary>
internal abstract record WebhookTargetReply
{
    private WebhookTargetReply()
    {
    }

    public sealed record Found(WebhookTarget Target) : WebhookTargetReply;

    /// <param name="Why">Without any value that may be secret.</param>
    public sealed record Unusable(string Why) : WebhookTargetReply;
}
