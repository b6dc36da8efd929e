using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Runtime.Logging;

public sealed class JsonLinesLoggerTests : IDisposable
{
    private readonly MemoryStream _written = new();
    private readonly FakeTimeProvider _time = new(new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public void Dispose() => _written.Dispose();

    [Fact]
    public void A_message_is_one_line_with_its_fields_and_its_scope()
    {
        var logger = Logger();
        using (logger.BeginScope(new KeyValuePair<string, object?>[] { new("requestId", "r-1") }))
        {
            logger.LogInformation(new EventId(7), "Node {NodeName} has {Pods} pods {Names}", "ip-1", 3, new[] { "a", "b" });
        }

        var line = Assert.Single(Lines());
        Assert.Equal("2026-11-22T10:00:00Z", line.GetProperty("timestamp").GetString());
        Assert.Equal("INFO", line.GetProperty("level").GetString());
        Assert.Equal("Node ip-1 has 3 pods a, b", line.GetProperty("message").GetString());
        Assert.Equal("Drainer", line.GetProperty("logger").GetString());
        Assert.Equal(7, line.GetProperty("eventId").GetInt32());
        Assert.Equal("r-1", line.GetProperty("requestId").GetString());
        Assert.Equal("ip-1", line.GetProperty("nodeName").GetString());
        Assert.Equal(3, line.GetProperty("pods").GetInt32());
        Assert.Equal("""["a","b"]""", line.GetProperty("names").GetRawText());
        Assert.False(line.TryGetProperty("{OriginalFormat}", out _));
    }

    [Fact]
    public void Times_and_spans_can_be_read_back()
    {
        Logger().LogInformation("{Deadline} {Left} {None} {Odd}", _time.GetUtcNow(), TimeSpan.FromSeconds(90), null, double.NaN);

        var line = Assert.Single(Lines());
        Assert.Equal(_time.GetUtcNow(), line.GetProperty("deadline").GetDateTimeOffset());
        Assert.Equal("00:01:30", line.GetProperty("left").GetString());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("none").ValueKind);
        Assert.Equal("NaN", line.GetProperty("odd").GetString());
    }

    [Fact]
    public void An_exception_comes_with_type_message_stack_and_cause()
    {
        try
        {
            throw new InvalidOperationException("outer", new FormatException("inner"));
        }
        catch (InvalidOperationException failure)
        {
            Logger().LogError(failure, "It failed.");
        }

        var exception = Assert.Single(Lines()).GetProperty("exception");
        Assert.Equal("System.InvalidOperationException", exception.GetProperty("type").GetString());
        Assert.Equal("outer", exception.GetProperty("message").GetString());
        Assert.Contains(nameof(An_exception_comes_with_type_message_stack_and_cause), exception.GetProperty("stackTrace").GetString(), StringComparison.Ordinal);
        Assert.Equal("inner", exception.GetProperty("cause").GetProperty("message").GetString());
    }

    [Fact]
    public void A_field_does_not_take_the_place_of_what_every_line_has()
    {
        Logger().LogInformation("{Message} {Level}", "m", "l");

        Assert.Equal("m", Assert.Single(Lines()).GetProperty("fieldMessage").GetString());
    }

    [Fact]
    public void A_field_that_message_and_scope_both_have_stands_there_once()
    {
        var logger = Logger();
        using (logger.BeginScope(new KeyValuePair<string, object?>[] { new("instanceId", "outer"), new("requestId", "r-1") }))
        {
            logger.LogInformation("{InstanceId}", "own");
        }

        var line = Assert.Single(Lines());
        Assert.Equal("own", Assert.Single(line.EnumerateObject(), field => field.Name == "instanceId").Value.GetString());
        Assert.Equal("r-1", line.GetProperty("requestId").GetString());
    }

    [Fact]
    public void Below_the_level_nothing_is_written()
    {
        var logger = Logger(LogLevel.Warning);
        logger.LogInformation("quiet");
        logger.LogWarning("loud");

        Assert.Equal("WARN", Assert.Single(Lines()).GetProperty("level").GetString());
        Assert.False(logger.IsEnabled(LogLevel.None));
    }

    [Fact]
    public void A_line_break_in_a_message_does_not_make_two_lines()
    {
        Logger().LogInformation("{Text}", "a\nb\u2028c");

        Assert.Single(Lines());
    }

    [Theory]
    [InlineData("safe\u202Egpj.exe", "safe\\u202Egpj.exe")]
    [InlineData("\uFEFFa\u200Bb\u2066", "\\uFEFFa\\u200Bb\\u2066")]
    [InlineData("żółw 日本 é", "żółw 日本 é")]
    public void A_letter_that_shows_nothing_or_turns_the_line_around_is_written_as_its_number(string text, string written)
    {
        Logger().LogInformation("{Text}", text);

        Assert.Equal(written, Assert.Single(Lines()).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("token k8s-aws-v1.aHR0cHM6Ly9zdHM_-x end", "aHR0cHM6", "end")]
    [InlineData("Authorization: AWS4-HMAC-SHA256 Credential=AKID/x, Signature=abcdef", "abcdef", "Authorization")]
    [InlineData("""{"Authorization":"Bearer abc.def"}""", "abc.def", "Authorization")]
    [InlineData("header authorization=Basic Zm9v", "Zm9v", "header")]
    [InlineData("GET https://sts/?X-Amz-Security-Token=SECRET1&Action=x", "SECRET1", "&Action=x")]
    [InlineData("GET https://sts/?Action=x&x-amz-signature=SECRET2", "SECRET2", "Action=x")]
    [InlineData("https%3A%2F%2Fsts%2F%3FX-Amz-Signature%3DSECRET3", "SECRET3", "X-Amz-Signature")]
    [InlineData("""{"SecretAccessKey": "SECRET4", "SessionToken":"SECRET5"}""", "SECRET", "SessionToken")]
    [InlineData("Bearer abcdef0123", "abcdef0123", "Bearer")]
    public void Secrets_are_blotted_out_wherever_they_stand(string text, string secret, string kept)
    {
        Logger().LogError(new InvalidOperationException(text), "{Text}", text);
        Logger().LogInformation("{Many}", (object)new[] { text });

        var written = Encoding.UTF8.GetString(_written.ToArray());
        Assert.DoesNotContain(secret, written, StringComparison.Ordinal);
        Assert.Contains(kept, written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_it_was_told_of_is_blotted_out()
    {
        Redaction.Hide("https://hooks.example/T0/B1/unguessable");

        Logger().LogInformation("POST {Url} failed", "https://hooks.example/T0/B1/unguessable");

        Assert.Equal("POST *** failed", Assert.Single(Lines()).GetProperty("message").GetString());
    }

    private ILogger Logger(LogLevel level = LogLevel.Information) => new JsonLinesLoggers(new LineOutput(_written), level, _time).CreateLogger("Drainer");

    private List<JsonElement> Lines() =>
        [.. Encoding.UTF8.GetString(_written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
