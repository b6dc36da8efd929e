using DrainerFunction.Aws;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>Where the notices go: the settings themselves, or the SSM parameters that hold them, asked once and again after the webhook did not work.</summary>
internal sealed class WebhookTargets(DrainerOptions options, IParameters parameters)
{
    // Short paths are ordinary words, and hiding them would tear up other lines.
    private const int ShortestSecret = 12;

    private Task<(WebhookTarget? Target, string? Problem)>? _asked;

    public bool IsSet => options is { WebhookUrl: not null } or { WebhookUrlParameter: not null };

    /// <returns>Where they go, or why nowhere; that names no value that may be secret.</returns>
    /// <exception cref="AwsCallException">A parameter could not be read.</exception>
    public Task<(WebhookTarget? Target, string? Problem)> FindAsync(CancellationToken cancellationToken)
    {
        if (_asked is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _asked = AskAsync(cancellationToken);
        }

        return _asked;
    }

    /// <summary>It may have been rotated: the next notice asks again.</summary>
    public void Forget() => _asked = null;

    private async Task<(WebhookTarget? Target, string? Problem)> AskAsync(CancellationToken cancellationToken)
    {
        var url = options.WebhookUrl ?? WebhookSettings.Url(await SecretAsync(options.WebhookUrlParameter!, cancellationToken));
        if (url is null)
        {
            return (null, "the SSM parameter does not hold an http or https URL");
        }

        Hide(url);
        if (!WebhookSettings.IsAccepted(url, options.WebhookAllowHttp))
        {
            return (null, "its URL is plain http, which shows notices and headers to the network; WEBHOOK_ALLOW_HTTP=true accepts that");
        }

        var (headers, template, proxy) = (options.WebhookHeaders, options.WebhookTemplate, options.WebhookProxy);
        if (options.WebhookHeadersParameter is { } ofHeaders)
        {
            if (WebhookSettings.Headers(await SecretAsync(ofHeaders, cancellationToken)) is not { } read)
            {
                return (null, $"{ofHeaders} does not hold a JSON object of header names and string values");
            }

            headers = read;
        }

        if (options.WebhookTemplateParameter is { } ofTemplate)
        {
            template = await parameters.GetAsync(ofTemplate, cancellationToken);
            if (WebhookSettings.TemplateProblem(template) is { } problem)
            {
                return (null, $"{ofTemplate} {problem}");
            }
        }

        if (options.WebhookProxyParameter is { } ofProxy)
        {
            if (WebhookSettings.Proxy(await SecretAsync(ofProxy, cancellationToken)) is not { } read)
            {
                return (null, $"{ofProxy} does not hold an http, https or tcp URL");
            }

            proxy = read;
        }

        foreach (var value in headers.Values.Where(value => value.Length >= ShortestSecret && value != "application/json"))
        {
            Redaction.Hide(value);
        }

        return (new(url, headers, new(template), proxy), null);
    }

    private async Task<string> SecretAsync(string parameter, CancellationToken cancellationToken)
    {
        var value = (await parameters.GetAsync(parameter, cancellationToken)).Trim();
        Redaction.Hide(value.Length >= ShortestSecret ? value : null);
        return value;
    }

    private static void Hide(Uri url)
    {
        Redaction.Hide(url.OriginalString);
        Redaction.Hide(url.AbsoluteUri);
        Redaction.Hide(url.PathAndQuery.Length >= ShortestSecret ? url.PathAndQuery : null);
    }
}
