using DrainerFunction.Aws;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>Where the notices go: WEBHOOK_URL itself, or the SSM parameter that holds it, asked once and again after it did not work.</summary>
internal sealed class WebhookAddress(DrainerOptions options, IParameters parameters)
{
    // Short paths are ordinary words, and hiding them would tear up other lines.
    private const int ShortestSecretPath = 12;

    private Task<Uri?>? _asked;

    public bool IsSet => options is { WebhookUrl: not null } or { WebhookUrlParameter: not null };

    /// <returns>Null when the parameter holds no URL.</returns>
    /// <exception cref="AwsCallException">The parameter could not be read.</exception>
    public Task<Uri?> FindAsync(CancellationToken cancellationToken)
    {
        if (_asked is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _asked = AskAsync(cancellationToken);
        }

        return _asked;
    }

    /// <summary>It may have been rotated: the next notice asks again.</summary>
    public void Forget() => _asked = null;

    private async Task<Uri?> AskAsync(CancellationToken cancellationToken)
    {
        var url = options.WebhookUrl ?? Read(await parameters.GetAsync(options.WebhookUrlParameter!, cancellationToken));
        if (url is not null)
        {
            Redaction.Hide(url.OriginalString);
            Redaction.Hide(url.AbsoluteUri);
            Redaction.Hide(url.PathAndQuery.Length >= ShortestSecretPath ? url.PathAndQuery : null);
        }

        return url;
    }

    private static Uri? Read(string value)
    {
        Redaction.Hide(value.Trim());
        return WebhookSettings.Url(value.Trim());
    }
}
