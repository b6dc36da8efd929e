namespace DrainerFunction.Reporting.Webhooks;

/// <summary>Where people read of drains: a chat channel, an incident system.</summary>
internal interface IWebhook
{
    /// <summary>False where no webhook is set.</summary>
    bool IsSet { get; }

    /// <summary>
    /// Sends a notice, with a few retries and a bound of its own, and never fails: a webhook that is broken is a warning.
    /// What the notice says is fixed when this is called, so it can go on beside the work.
    /// </summary>
    Task NotifyAsync(Notice notice, CancellationToken cancellationToken);
}
