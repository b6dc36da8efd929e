using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting.Webhooks;

public sealed class WebhookTests : WebhookScene
{
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
}
