using System.Text.Json;
using DrainerFunction.Continuations;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Reporting.Webhooks;

public sealed class NoticeTests
{
    public static TheoryData<string> Fields => [.. NoticeFields.Names];

    [Fact]
    public void The_same_notice_has_the_same_id_at_every_hop_and_each_kind_its_own()
    {
        var (first, later) = (Stories.Drained(), Stories.Drained());
        later = later with { Chain = first.Chain!.Value.Hop(4, "another-request") };

        Assert.Equal(new Notice.Started(first, "r-1").Id, new Notice.Started(later, "r-2").Id);
        Assert.Equal(3, new Notice[] { new Notice.Started(first, "r"), new Notice.Finished(first, "r"), new Notice.Failed(first, "r") }.Select(notice => notice.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(InterruptionOutcome.Drained, "finished")]
    [InlineData(InterruptionOutcome.DeadlineMissed, "failed")]
    [InlineData(InterruptionOutcome.AlreadyHandled, "failed")]
    [InlineData(InterruptionOutcome.Continues, null)]
    [InlineData(InterruptionOutcome.NotOurs, null)]
    [InlineData(InterruptionOutcome.DryRun, null)]
    internal void Only_a_drain_that_is_over_for_good_has_a_last_notice(InterruptionOutcome outcome, string? word)
    {
        var report = Stories.Drained();
        report = report with { Outcome = outcome };

        Assert.Equal(word, Notice.OfEnd(report, "r-1")?.Word);
        Assert.Equal(report.IsFinal, word is not null);
    }

    [Fact]
    public void The_notices_of_a_drain_have_one_interruption_also_where_a_younger_message_took_it_over()
    {
        var first = Stories.Drained();
        var later = first with { ToldBy = first.Chain!.Value.Name, Chain = new Chain("2795341655000-m-9.000000").After(first.Chain!.Value) };

        Assert.NotEqual(first.InterruptionId, later.InterruptionId);
        Assert.Equal(new Notice.Started(first, "r").InterruptionId, new Notice.Finished(later, "r").InterruptionId);
    }

    [Theory, MemberData(nameof(Fields))]
    public void Every_field_has_a_value_is_allowed_in_the_setting_and_is_in_the_documentation(string field)
    {
        var rendered = JsonDocument.Parse(new NoticeTemplate($$$"""{"value":"{{{{{field}}}}}"}""").Render(new Notice.Finished(Stories.Drained(), "r-1")));

        Assert.NotEqual("", rendered.RootElement.GetProperty("value").GetString());
        Assert.Contains(field, NoticeFieldNames.All);
        Assert.Contains($"| `{field}` |", Documents.Read("docs/notices.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_setting_allows_no_field_that_does_not_exist() => Assert.Equal(NoticeFieldNames.All.Order(), NoticeFields.Names.Order());

    [Fact]
    public void A_field_that_does_not_exist_is_refused_at_start_with_those_that_do()
    {
        var refused = Assert.Throws<OptionsException>(() => DrainerOptions.From(new Dictionary<string, string>
        {
            ["WEBHOOK_URL"] = "https://hooks.example/x", ["WEBHOOK_TEMPLATE"] = """{"text":"{{nodee}} {{node}}"}""",
        }));

        Assert.Contains("WEBHOOK_TEMPLATE names nodee", refused.Message, StringComparison.Ordinal);
        Assert.Contains("nodeLabels", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a \"quoted\" word")]
    [InlineData("back\\slash")]
    [InlineData("line\nbreak\ttab\u0001")]
    [InlineData("</script><!channel> 日本 😀")]
    [InlineData("{{node}}")]
    public void Whatever_a_text_holds_the_body_stays_JSON(string hostile)
    {
        var report = Stories.Drained();
        report = report with { Why = hostile };

        var body = new NoticeTemplate("""{"a":"{{ why }}","b":{"c":"{{why}}, {{podsEvicted}}"},"n":{{podsEvicted}}}""").Render(new Notice.Failed(report, "r-1"));

        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal(hostile, json.GetProperty("a").GetString());
        Assert.Equal($"{hostile}, 4", json.GetProperty("b").GetProperty("c").GetString());
        Assert.Equal(4, json.GetProperty("n").GetInt32());
    }

    [Fact]
    public void A_secret_is_blotted_out_of_a_notice_too()
    {
        var report = Stories.Drained();
        report = report with { Why = "401 for Bearer k8s-aws-v1.c2VjcmV0" };

        Assert.DoesNotContain("c2VjcmV0", new NoticeTemplate(null).Render(new Notice.Failed(report, "r-1")), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_notice_says_what_happened_and_what_is_left()
    {
        var report = Stories.Drained();

        Assert.Equal(
            "Draining node ip-10-0-1-2.eu-west-1.compute.internal (i-0123456789abcdef0) in cluster prod: EC2 is reclaiming the Spot instance. Deadline: 2026-11-22 10:01:57 UTC (machine).",
            Sentences.Description(new Notice.Started(report, "r")));
        Assert.Equal(
            "Drained node ip-10-0-1-2.eu-west-1.compute.internal (i-0123456789abcdef0) in cluster prod (4 pods evicted, 1 deleted bypassing a refusal, 1 remaining, 1 stuck, 19.9 s). Bypassed: shop/cart.",
            Sentences.Description(new Notice.Finished(report, "r")));
        report = report with { Why = "The deadline has passed." };
        Assert.EndsWith("The deadline has passed. Remaining: shop/stuck-0.", Sentences.Description(new Notice.Failed(report, "r")), StringComparison.Ordinal);
    }

    [Fact]
    public void Before_anything_is_known_a_notice_still_renders()
    {
        var report = Stories.Found();
        report = report with { Chain = null };

        Assert.All(NoticeFields.Names, name => Assert.NotNull(NoticeFields.Of(new Notice.Started(report, "r"), name)));
        Assert.Equal($"{report.InstanceId}.started", new Notice.Started(report, "r").Id);
    }
}
