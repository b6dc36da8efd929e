namespace DrainerFunction.Reporting.Webhooks;

/// <summary>What the receiver of a notice answered.</summary>
/// <param name="Trouble">Null when the notice was taken.</param>
/// <param name="MayPass">Trying again may help.</param>
/// <param name="After">When the receiver wants to be asked again.</param>
internal sealed record WebhookReply(string? Trouble, bool MayPass, TimeSpan? After = null)
{
    public static WebhookReply To(HttpResponseMessage response) => response.IsSuccessStatusCode
        ? new(null, MayPass: false)
        : new($"status {(int)response.StatusCode}", (int)response.StatusCode is 408 or 429 or >= 500, response.Headers.RetryAfter?.Delta);
}
