namespace DrainerFunction.Reporting.Webhooks;

/// <summary>A dry run tells the log only.</summary>
internal sealed class SilentWebhook : IWebhook
{
    public bool IsSet => false;

    public Task NotifyAsync(Notice notice, CancellationToken cancellationToken) => Task.CompletedTask;
}
