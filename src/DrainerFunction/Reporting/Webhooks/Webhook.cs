using System.Net.Http.Headers;
using System.Text;
using DrainerFunction.Aws;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>Posts notices. What goes wrong is told by kind and never in the words of an exception, which may hold the address.</summary>
internal sealed partial class Webhook(
    DrainerOptions options, IParameters parameters, HttpMessageHandler handler, WebhookProxy proxy, TimeProvider time, Random random, ILogger<Webhook> logger) : IWebhook, IDisposable
{
    private const int MostTries = 3;
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly WebhookTargets _targets = new(options, parameters);
    private readonly NoticeTemplate _template = new(options.WebhookTemplate);
    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: false);
    private string? _warnedIn;

    public bool IsSet => _targets.IsSet;

    public async Task NotifyAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (!IsSet)
        {
            return;
        }

        // What it says is fixed now, while the drain goes on; a template in SSM has to be read first.
        var body = options.WebhookTemplateParameter is null ? _template.Render(notice) : null;
        if (await DeliverAsync(notice, body, cancellationToken) is { } trouble)
        {
            _targets.Forget();
            Warn(notice, trouble);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <returns>What went wrong, or null.</returns>
    private async Task<string?> DeliverAsync(Notice notice, string? body, CancellationToken cancellationToken)
    {
        try
        {
            var (target, problem) = await _targets.FindAsync(cancellationToken);
            if (target is null)
            {
                return problem;
            }

            proxy.Use(target.Proxy);
            return await TryAsync(notice, target, body ?? target.Template.Render(notice), cancellationToken);
        }
        catch (AwsCallException refused)
        {
            return $"its settings could not be read from SSM ({refused.Code})";
        }
        catch (OperationCanceledException)
        {
            // Its own, or that of the notice whose question to SSM it shared: both are the invocation's.
            return "the invocation ended first";
        }
    }

    private async Task<string?> TryAsync(Notice notice, WebhookTarget target, string body, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var reply = await PostAsync(notice, target, body, cancellationToken);
            if (reply.Trouble is null)
            {
                LogTold(notice.Word, notice.Report.InstanceId, tries);
                return null;
            }

            if (!reply.MayPass || tries == MostTries)
            {
                return $"{reply.Trouble} (attempts: {tries})";
            }

            await Task.Delay(Pause(tries, reply.After), time, cancellationToken);
        }
    }

    private async Task<WebhookReply> PostAsync(Notice notice, WebhookTarget target, string body, CancellationToken cancellationToken)
    {
        using var request = Request(notice, target, body);
        try
        {
            using var response = await time.AnswerWithinAsync(LongestTry, token => _http.SendAsync(request, token), cancellationToken);
            return WebhookReply.To(response);
        }
        catch (TimeoutException late)
        {
            return new(late.Message, MayPass: true);
        }
        catch (HttpRequestException failed)
        {
            return new($"the request failed: {failed.HttpRequestError}", MayPass: true);
        }
    }

    private static HttpRequestMessage Request(Notice notice, WebhookTarget target, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", notice.Id);
        foreach (var (name, value) in target.Headers)
        {
            HttpHeaders headers = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) ? request.Content.Headers : request.Headers;
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    // Half a second, then one, each up to half longer.
    private TimeSpan Pause(int tries, TimeSpan? after) => after is { } told
        ? told < LongestPause ? told : LongestPause
        : TimeSpan.FromSeconds(0.5 * tries * (1 + (random.NextDouble() / 2)));

    // One warning an invocation: with a hundred nodes it would be the same one a hundred times.
    private void Warn(Notice notice, string trouble)
    {
        if (_warnedIn == notice.RequestId)
        {
            LogNotToldEither(notice.Word, notice.Report.InstanceId, trouble);
            return;
        }

        _warnedIn = notice.RequestId;
        LogNotTold(notice.Word, notice.Report.InstanceId, trouble);
    }

    [LoggerMessage(EventId = 720, Level = LogLevel.Debug, Message = "Delivered notice {Notice} of {InstanceId} to the webhook (attempts: {Tries})")]
    private partial void LogTold(string notice, string instanceId, int tries);

    [LoggerMessage(EventId = 721, Level = LogLevel.Warning, Message = "Could not deliver notice {Notice} of {InstanceId} to the webhook: {Why}. Drains are not affected; check WEBHOOK_URL or WEBHOOK_URL_PARAMETER")]
    private partial void LogNotTold(string notice, string instanceId, string why);

    [LoggerMessage(EventId = 722, Level = LogLevel.Debug, Message = "Could not deliver notice {Notice} of {InstanceId} to the webhook either: {Why}")]
    private partial void LogNotToldEither(string notice, string instanceId, string why);
}
