using System.Text.Json;
using System.Text.RegularExpressions;

namespace DrainerFunction.Reporting.Webhooks;

/// <summary>The samples of docs/notices.md, rendered, against what each service documents of what it takes.</summary>
public sealed partial class NoticeSamplesTests
{
    private static IEnumerable<Notice> Notices
    {
        get
        {
            // A pod's name, a budget's or a webhook's words may hold anything.
            var report = Stories.Drained() with { Why = "The \"deadline\" has passed.\n<!channel> & more" };
            return [new Notice.Started(report, "r-1"), new Notice.Finished(report, "r-1"), new Notice.Failed(report with { Outcome = InterruptionOutcome.DeadlineMissed }, "r-1")];
        }
    }

    [Fact]
    public void Slack_takes_text_and_blocks() => Assert.All(Rendered("Slack"), sent =>
    {
        Assert.False(string.IsNullOrEmpty(sent.Body.GetProperty("text").GetString()));
        var blocks = sent.Body.GetProperty("blocks").EnumerateArray().ToList();
        Assert.InRange(blocks.Count, 1, 50);
        Assert.All(blocks, block => Assert.Contains(block.GetProperty("type").GetString(), (string[])["header", "section", "context"]));
        Assert.All(blocks.Where(block => block.GetProperty("type").GetString() == "section"), block =>
        {
            // What is not of this function's making stays plain, so that nothing in it mentions a channel.
            Assert.Equal("plain_text", block.GetProperty("text").GetProperty("type").GetString());
            Assert.InRange(block.GetProperty("text").GetProperty("text").GetString()!.Length, 1, 3000);
        });
        Assert.All(blocks.Where(block => block.GetProperty("type").GetString() == "context"), block => Assert.InRange(block.GetProperty("elements").GetArrayLength(), 1, 10));
    });

    [Fact]
    public void Teams_takes_a_message_with_one_adaptive_card() => Assert.All(Rendered("Microsoft Teams"), sent =>
    {
        Assert.Equal("message", sent.Body.GetProperty("type").GetString());
        var attachment = Assert.Single(sent.Body.GetProperty("attachments").EnumerateArray());
        Assert.Equal("application/vnd.microsoft.card.adaptive", attachment.GetProperty("contentType").GetString());
        var card = attachment.GetProperty("content");
        Assert.Equal(("AdaptiveCard", "http://adaptivecards.io/schemas/adaptive-card.json"), (card.GetProperty("type").GetString(), card.GetProperty("$schema").GetString()));
        Assert.Matches("^1\\.[0-5]$", card.GetProperty("version").GetString());
        Assert.All(card.GetProperty("body").EnumerateArray(), element => Assert.Contains(element.GetProperty("type").GetString(), (string[])["TextBlock", "FactSet"]));
        // A message of Teams may have 28 KB.
        Assert.InRange(sent.Body.GetRawText().Length, 1, 28_000);
    });

    [Fact]
    public void PagerDuty_opens_one_incident_a_drain_and_resolves_it_when_the_node_is_drained()
    {
        var sent = Rendered("PagerDuty");

        Assert.Equal(["trigger", "resolve", "trigger"], sent.Select(one => one.Body.GetProperty("event_action").GetString()));
        Assert.Equal(["info", "info", "critical"], sent.Select(one => one.Body.GetProperty("payload").GetProperty("severity").GetString()));
        Assert.InRange(Assert.Single(sent.Select(one => one.Body.GetProperty("dedup_key").GetString()!).Distinct()).Length, 1, 255);
        Assert.All(sent, one =>
        {
            Assert.NotEmpty(one.Body.GetProperty("routing_key").GetString()!);
            Assert.InRange(one.Body.GetProperty("payload").GetProperty("summary").GetString()!.Length, 1, 1024);
            Assert.NotEmpty(one.Body.GetProperty("payload").GetProperty("source").GetString()!);
            Assert.Equal(JsonValueKind.Object, one.Body.GetProperty("payload").GetProperty("custom_details").ValueKind);
        });
    }

    private static List<(Notice Notice, JsonElement Body)> Rendered(string service)
    {
        var sample = Sample().Matches(Documents.Read("docs/notices.md")).Single(match => match.Groups["service"].Value == service).Groups["template"].Value;
        Assert.Null(Record.Exception(() => Runtime.Options.DrainerOptions.From(new Dictionary<string, string> { ["WEBHOOK_URL"] = "https://hooks.example/x", ["WEBHOOK_TEMPLATE"] = sample })));
        return [.. Notices.Select(notice => (notice, JsonDocument.Parse(new NoticeTemplate(sample).Render(notice)).RootElement))];
    }

    [GeneratedRegex("#### (?<service>[A-Za-z ]+)\\n.*?```json\\n(?<template>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();
}
