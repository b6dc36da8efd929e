using System.Text;
using System.Text.Json;
using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>A webhook, the receiver behind it and the clock of both.</summary>
public abstract class WebhookScene : IDisposable
{
    private protected const string Secret = "https://hooks.example/services/T00/B00/XXXXXXXXXXXX";
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected readonly SteppedTime _time = new();
    private protected readonly ScriptedHttp _http = new();
    private protected readonly MemoryStream _log = new();
    private protected readonly ScriptedParameters _parameters = new();
    private protected readonly WebhookProxy _proxy = new();

    public void Dispose()
    {
        _http.Dispose();
        _log.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static DrainerOptions FromSsm() => new()
    {
        WebhookUrlParameter = "/drainer/webhook",
        WebhookHeadersParameter = "/drainer/headers",
        WebhookTemplateParameter = "/drainer/template",
        WebhookProxyParameter = "/drainer/proxy",
    };

    private protected static Notice.Started Started() => new(Stories.Drained(), "r-1");

    private protected TimeSpan Notify(DrainerOptions options, Notice notice)
    {
        using var webhook = Webhook(options);
        return _time.RunToEnd(() => webhook.NotifyAsync(notice, CancellationToken.None), Patience);
    }

    private protected Webhook Webhook(DrainerOptions options) =>
        new(options, _parameters, _http, _proxy, _time.Clock, new Random(1), new JsonLinesLoggers(new LineOutput(_log), options.LogLevel, _time.Clock).CreateLogger<Webhook>());

    private protected string Log() => Encoding.UTF8.GetString(_log.ToArray());

    private protected List<string> Warnings() =>
        [.. Log().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("level").GetString() == "WARN").Select(line => line.GetProperty("message").GetString()!)];

    private protected sealed class ScriptedParameters : IParameters
    {
        public string? Value { get; set; }

        public Dictionary<string, string> Values { get; } = [];

        public List<string> Asked { get; } = [];

        public Task<string> GetAsync(string name, CancellationToken cancellationToken)
        {
            Asked.Add(name);
            return (Values.GetValueOrDefault(name) ?? Value) is { } value
                ? Task.FromResult(value)
                : Task.FromException<string>(new AwsCallException(AwsRefusal.Denied, "ssm:GetParameter", "AccessDenied", "no"));
        }
    }
}
