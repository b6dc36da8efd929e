using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>The true program tells a true webhook, whose address it has from SSM, and prints everything it can.</summary>
[Collection("processes")]
public sealed class NoticeTests : IDisposable
{
    private const string Parameter = "/node-drainer/webhook";
    private const string Secret = "T0SECRET-B0SECRET-in-the-path";
    private const string HeaderSecret = "another-secret-in-a-header";

    private readonly HttpListener _listener = new();
    private readonly List<(string Notice, string Id, string? Header)> _taken = [];
    private readonly string _address = $"http://127.0.0.1:{FreePort()}/";

    public void Dispose() => _listener.Close();

    [Fact]
    public async Task A_drain_is_told_at_its_start_and_at_its_end_and_no_secret_is_printed_at_the_loudest_level()
    {
        _listener.Prefixes.Add(_address);
        _listener.Start();
        var taking = TakeAsync();
        var scenario = ScenarioFiles.Load("budget");
        scenario.Expect.Within = null;
        scenario.Function.Parameters["WebhookUrlParameter"] = Parameter;
        scenario.Function.Parameters["WebhookHeadersParameter"] = $"{Parameter}-headers";
        scenario.Function.Parameters["WebhookTemplateParameter"] = $"{Parameter}-template";
        scenario.Function.Parameters["LogLevel"] = "trace";
        scenario.Function.Parameters["EmitKubernetesEvents"] = "true";

        await using var run = new SandboxRun(scenario, new() { Program = TheFunction.Program, Speed = 10 });
        run.World.Aws.Default.Ssm.PutParameter(Parameter, $"{_address}services/{Secret}", secure: true);
        run.World.Aws.Default.Ssm.PutParameter($"{Parameter}-headers", $$"""{"Authorization":"Bearer {{HeaderSecret}}","Content-Type":"application/json"}""", secure: true);
        run.World.Aws.Default.Ssm.PutParameter($"{Parameter}-template", """{"notice":"{{notice}}","id":"{{id}}","node":"{{node}}"}""", secure: true);
        run.Logs.AddSecret(Secret);
        run.Logs.AddSecret(HeaderSecret);
        var end = await run.PlayAsync(TestContext.Current.CancellationToken);
        _listener.Stop();
        await taking;

        Assert.True(end.IsGood, TheFunction.Explain(end, run));
        Assert.Equal(["started", "finished"], _taken.Select(one => one.Notice));
        Assert.Equal(2, _taken.Select(one => one.Id).Distinct().Count());
        Assert.All(_taken, one => Assert.Equal($"Bearer {HeaderSecret}", one.Header));
        Assert.Contains(run.Logs.Lines, line => line.Text.Contains("\"level\":\"DEBUG\"", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Logs.Lines, line => line.Text.Contains("SECRET", StringComparison.Ordinal) || line.Text.Contains(_address, StringComparison.Ordinal));
    }

    /// <summary>The first request of all is answered 503, as a webhook in trouble does; it has to come again.</summary>
    private async Task TakeAsync()
    {
        var isFirst = true;
        while (await NextAsync() is { } call)
        {
            using var body = await JsonDocument.ParseAsync(call.Request.InputStream);
            if (!isFirst)
            {
                Assert.Equal(body.RootElement.GetProperty("id").GetString(), call.Request.Headers["Idempotency-Key"]);
                _taken.Add((body.RootElement.GetProperty("notice").GetString()!, body.RootElement.GetProperty("id").GetString()!, call.Request.Headers["Authorization"]));
            }

            call.Response.StatusCode = isFirst ? 503 : 200;
            isFirst = false;
            call.Response.Close();
        }
    }

    private async Task<HttpListenerContext?> NextAsync()
    {
        try
        {
            return await _listener.GetContextAsync();
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var any = new TcpListener(IPAddress.Loopback, 0);
        any.Start();
        return ((IPEndPoint)any.LocalEndpoint).Port;
    }
}
