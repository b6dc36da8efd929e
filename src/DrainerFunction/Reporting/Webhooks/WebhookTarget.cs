namespace DrainerFunction.Reporting.Webhooks;

/// <summary>Where notices go, and in which form.</summary>
/// <param name="Proxy">Null: what the process has for every connection.</param>
internal sealed record WebhookTarget(Uri Url, IReadOnlyDictionary<string, string> Headers, NoticeTemplate Template, Uri? Proxy);
