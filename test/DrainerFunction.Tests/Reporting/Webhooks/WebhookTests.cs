using System.Net;
using System.Text;
using System.Text.Json;
using DrainerFunction.Aws;
using DrainerFunction.Fakes;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting.Webhooks;

public sealed class WebhookTests : IDisposable
{
    private const string Secret = "https://hooks.example/services/T00/B00/XXXXXXXXXXXX";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SteppedTime _time = new();
    private readonly ScriptedHttp _http = new();
    private readonly MemoryStream _log = new();
    private readonly ScriptedParameters _parameters = new();
    private readonly WebhookProxy _proxy = new();

    public void Dispose()
    {
        _http.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_notice_is_posted_as_Slack_takes_it()
    {
        _http.Answer(HttpStatusCode.OK, "ok");

        Notify(new() { WebhookUrl = new(Secret) }, Started());

        var seen = Assert.Single(_http.Seen);
        Assert.Equal("POST /services/T00/B00/XXXXXXXXXXXX", seen.Line);
        var text = JsonDocument.Parse(seen.Body).RootElement.GetProperty("text").GetString();
        Assert.StartsWith("Draining node ip-10-0-1-2.eu-west-1.compute.internal (i-0123456789abcdef0) in cluster prod: EC2 is reclaiming the Spot instance.", text, StringComparison.Ordinal);
        Assert.Empty(Warnings());
    }

    [Fact]
    public void Without_an_address_nothing_is_sent()
    {
        Notify(new(), Started());

        Assert.Empty(_http.Seen);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    public void What_may_pass_is_tried_again(HttpStatusCode status)
    {
        _http.Answer(status, "");
        _http.Fail(new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (hooks.example:443)"));
        _http.Answer(HttpStatusCode.OK, "");

        Notify(new() { WebhookUrl = new(Secret) }, Started());

        Assert.Equal(3, _http.Seen.Count);
        Assert.Single(_http.Seen.Select(seen => seen.Headers["Idempotency-Key"]).Distinct());
        Assert.Empty(Warnings());
    }

    [Fact]
    public void After_three_tries_it_is_one_warning()
    {
        for (var tries = 0; tries < 3; tries++)
        {
            _http.Answer(HttpStatusCode.BadGateway, "");
        }

        Notify(new() { WebhookUrl = new(Secret) }, Started());

        Assert.Contains("status 502 (attempts: 3)", Assert.Single(Warnings()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Found)]
    public void What_will_not_pass_is_not_tried_again(HttpStatusCode status)
    {
        _http.Answer(status, "", ("Location", "https://elsewhere.example/"));

        Notify(new() { WebhookUrl = new(Secret) }, Started());

        Assert.Single(_http.Seen);
        Assert.Single(Warnings());
    }

    [Fact]
    public void A_try_ends_after_five_seconds_and_all_of_them_after_twenty()
    {
        _http.Hang();
        _http.Hang();
        _http.Hang();

        var took = Notify(new() { WebhookUrl = new(Secret) }, Started());

        Assert.Equal(3, _http.Seen.Count);
        Assert.InRange(took, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20));
        Assert.Contains("no response within 5 s", Assert.Single(Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_with_the_invocation_and_does_not_fail()
    {
        _http.Hang();
        using var ended = new CancellationTokenSource();
        using var webhook = Webhook(new() { WebhookUrl = new(Secret) });

        var notifying = _time.Start(() => webhook.NotifyAsync(Started(), ended.Token));
        ended.Cancel();
        _time.Advance(TimeSpan.Zero);

        Assert.True(notifying.IsCompletedSuccessfully);
        Assert.Contains("the invocation ended first", Assert.Single(Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_webhook_is_one_warning_an_invocation_however_many_nodes_there_are()
    {
        using var webhook = Webhook(new() { WebhookUrl = new(Secret) });
        foreach (var request in new[] { "r-1", "r-1", "r-1", "r-2" })
        {
            _http.Answer(HttpStatusCode.NotFound, "");
            _time.RunToEnd(() => webhook.NotifyAsync(new Notice.Started(Stories.Drained(), request), CancellationToken.None), Patience);
        }

        Assert.Equal(2, Warnings().Count);
    }

    [Fact]
    public void The_receiver_says_when_to_come_back_within_reason()
    {
        _http.Answer(HttpStatusCode.TooManyRequests, "", ("Retry-After", "3"));
        _http.Answer(HttpStatusCode.TooManyRequests, "", ("Retry-After", "3600"));
        _http.Answer(HttpStatusCode.OK, "");

        Assert.InRange(Notify(new() { WebhookUrl = new(Secret) }, Started()), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8.5));
    }

    [Fact]
    public void Its_address_is_in_no_log_whatever_goes_wrong()
    {
        _http.Fail(new HttpRequestException(HttpRequestError.NameResolutionError, $"Name or service not known ({Secret})"));
        _http.Fail(new HttpRequestException(HttpRequestError.SecureConnectionError, "hooks.example", new InvalidOperationException(Secret)));
        _http.Answer(HttpStatusCode.InternalServerError, Secret);

        Notify(new() { WebhookUrl = new(Secret), LogLevel = LogLevel.Trace }, Started());

        Assert.DoesNotContain("hooks.example", Log(), StringComparison.Ordinal);
        Assert.DoesNotContain("XXXXXXXXXXXX", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_address_is_read_from_SSM_once()
    {
        _parameters.Value = Secret + "\n";
        _http.Answer(HttpStatusCode.OK, "");
        _http.Answer(HttpStatusCode.OK, "");
        using var webhook = Webhook(new() { WebhookUrlParameter = "/drainer/webhook" });

        _time.RunToEnd(() => webhook.NotifyAsync(Started(), CancellationToken.None), Patience);
        _time.RunToEnd(() => webhook.NotifyAsync(Started(), CancellationToken.None), Patience);

        Assert.Equal(["/drainer/webhook"], _parameters.Asked);
        Assert.Equal(2, _http.Seen.Count);
    }

    [Fact]
    public void An_address_that_was_rotated_is_read_again_for_the_next_notice()
    {
        _parameters.Value = "https://hooks.example/old-old-old";
        _http.Answer(HttpStatusCode.NotFound, "");
        _http.Answer(HttpStatusCode.OK, "");
        using var webhook = Webhook(new() { WebhookUrlParameter = "/drainer/webhook" });

        _time.RunToEnd(() => webhook.NotifyAsync(Started(), CancellationToken.None), Patience);
        _parameters.Value = "https://hooks.example/new-new-new";
        _time.RunToEnd(() => webhook.NotifyAsync(Started(), CancellationToken.None), Patience);

        Assert.Equal("POST /new-new-new", _http.Seen[^1].Line);
    }

    [Theory]
    [InlineData("not a url at all", "does not hold")]
    [InlineData(null, "AccessDenied")]
    public void A_parameter_that_cannot_be_used_is_a_warning_without_its_value(string? value, string why)
    {
        _parameters.Value = value;

        Notify(new() { WebhookUrlParameter = "/drainer/webhook" }, Started());

        Assert.Contains(why, Assert.Single(Warnings()), StringComparison.Ordinal);
        Assert.DoesNotContain("not a url", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_headers_are_the_settings()
    {
        _http.Answer(HttpStatusCode.OK, "");

        Notify(new() { WebhookUrl = new(Secret), WebhookHeaders = new Dictionary<string, string> { ["X-Token"] = "secret-token", ["Content-Type"] = "text/plain", ["User-Agent"] = "mine/1" } }, Started());

        Assert.Equal("secret-token", _http.Seen[0].Headers["X-Token"]);
        Assert.Equal("mine/1", _http.Seen[0].Headers["User-Agent"]);
        Assert.DoesNotContain("secret-token", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_says_is_fixed_when_it_is_asked()
    {
        var report = Stories.Drained();
        _http.Answer(HttpStatusCode.ServiceUnavailable, "");
        _http.Answer(HttpStatusCode.OK, "");
        using var webhook = Webhook(new() { WebhookUrl = new(Secret) });

        var notifying = _time.Start(() => webhook.NotifyAsync(new Notice.Started(report, "r-1"), CancellationToken.None));
        report = report with { NodeName = "another" };
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(notifying.IsCompletedSuccessfully);
        Assert.DoesNotContain("another", _http.Seen[^1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_template_and_proxy_are_read_from_SSM_beside_the_address_and_stay_out_of_the_log()
    {
        _parameters.Values["/drainer/webhook"] = Secret;
        _parameters.Values["/drainer/headers"] = """{"X-Token":"secret-token-of-ssm"}""";
        _parameters.Values["/drainer/template"] = """{"routing":"secret-routing-key","node":"{{node}}"}""";
        _parameters.Values["/drainer/proxy"] = "http://user:secret-password@proxy.example:3128";
        _http.Answer(HttpStatusCode.OK, "");

        Notify(FromSsm() with { LogLevel = LogLevel.Trace }, Started());

        Assert.Equal("secret-token-of-ssm", _http.Seen[0].Headers["X-Token"]);
        Assert.Equal("""{"routing":"secret-routing-key","node":"ip-10-0-1-2.eu-west-1.compute.internal"}""", _http.Seen[0].Body);
        Assert.Equal(new Uri("http://user:secret-password@proxy.example:3128"), _proxy.GetProxy(new(Secret)));
        Assert.Equal(("user", "secret-password"), (_proxy.GetCredential(new(Secret), "Basic")!.UserName, _proxy.GetCredential(new(Secret), "Basic")!.Password));
        Assert.DoesNotContain("secret-", Log(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/drainer/headers", "no json", "/drainer/headers does not hold a JSON object of header names and string values")]
    [InlineData("/drainer/template", "{{ .NodeName }}", "/drainer/template is a Go template; use {{node}} instead of {{ .NodeName }}")]
    [InlineData("/drainer/template", "{{nodee}}", "/drainer/template names nodee")]
    [InlineData("/drainer/proxy", "no url", "/drainer/proxy does not hold an http, https or tcp URL")]
    [InlineData("/drainer/webhook", "http://hooks.example/plain", "WEBHOOK_ALLOW_HTTP=true accepts that")]
    public void A_part_in_SSM_that_cannot_be_used_is_named_and_nothing_is_sent(string parameter, string value, string why)
    {
        _parameters.Values["/drainer/webhook"] = Secret;
        _parameters.Values["/drainer/headers"] = "{}";
        _parameters.Values["/drainer/template"] = "{}";
        _parameters.Values["/drainer/proxy"] = "http://proxy.example:3128";
        _parameters.Values[parameter] = value;

        Notify(FromSsm(), Started());

        Assert.Contains(why, Assert.Single(Warnings()), StringComparison.Ordinal);
        Assert.Empty(_http.Seen);
    }

    [Theory]
    [InlineData("http://hooks.example/plain", true)]
    [InlineData("http://127.0.0.1:8080/plain", false)]
    public void Plain_http_is_used_where_it_is_accepted_or_stays_on_the_machine(string url, bool accepted)
    {
        _parameters.Values["/drainer/webhook"] = url;
        _http.Answer(HttpStatusCode.OK, "");

        Notify(new() { WebhookUrlParameter = "/drainer/webhook", WebhookAllowHttp = accepted }, Started());

        Assert.Equal("POST /plain", Assert.Single(_http.Seen).Line);
    }

    private static DrainerOptions FromSsm() => new()
    {
        WebhookUrlParameter = "/drainer/webhook",
        WebhookHeadersParameter = "/drainer/headers",
        WebhookTemplateParameter = "/drainer/template",
        WebhookProxyParameter = "/drainer/proxy",
    };

    private static Notice.Started Started() => new(Stories.Drained(), "r-1");

    private TimeSpan Notify(DrainerOptions options, Notice notice)
    {
        using var webhook = Webhook(options);
        return _time.RunToEnd(() => webhook.NotifyAsync(notice, CancellationToken.None), Patience);
    }

    private Webhook Webhook(DrainerOptions options) =>
        new(options, _parameters, _http, _proxy, _time.Clock, new Random(1), new JsonLinesLoggers(new LineOutput(_log), options.LogLevel, _time.Clock).CreateLogger<Webhook>());

    private string Log() => Encoding.UTF8.GetString(_log.ToArray());

    private List<string> Warnings() =>
        [.. Log().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("level").GetString() == "WARN").Select(line => line.GetProperty("message").GetString()!)];

    private sealed class ScriptedParameters : IParameters
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
