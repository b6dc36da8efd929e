using System.Net;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>What of a webhook is read from SSM.</summary>
public sealed class WebhookParameterTests : WebhookScene
{
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
}
