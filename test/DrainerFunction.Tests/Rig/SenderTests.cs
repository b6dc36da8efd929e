using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Rig;

/// <summary>What a principal with <c>sqs:SendMessage</c> can do once it is past the queue's policy: nothing that AWS does not confirm.</summary>
public sealed class SenderTests
{
    private const string Shop = """
        limit: 40m
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, spot: SPOT, instances: [victim, refuge], hooks: [{ name: drain, heartbeat: 300s }] }]
        workloads: [{ name: web, replicas: 2, on: victim, stops-in: 2s }]
        budgets: [{ name: web, of: web, min-available: "2" }]
        """;

    private const string Envelope = "\"version\":\"0\",\"id\":\"7bf73129-1428-4cd3-a780-95db273d1602\",\"time\":\"{now}\",\"account\":\"{account}\",\"region\":\"{region}\",\"resources\":[]";
    private const string Order = "{" + Envelope + ",\"source\":\"node-drainer\",\"detail-type\":\"Drain Request\",\"detail\":{\"instance-id\":\"{instance:victim}\",\"force\":\"FORCE\"DEADLINE}}";
    private const string Rebalance = "{" + Envelope + ",\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Instance Rebalance Recommendation\",\"detail\":{\"instance-id\":\"{instance:victim}\"}}";
    private const string Capacity = "{" + Envelope + ",\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Capacity Reservation Instance Interruption Warning\",\"detail\":{\"instance-id\":\"{instance:victim}\",\"instance-action\":\"terminate\"}}";
    private const string Spot = "{" + Envelope + ",\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Spot Instance Interruption Warning\",\"detail\":{\"instance-id\":\"{instance:victim}\",\"instance-action\":\"terminate\"}}";

    [Theory]
    [InlineData("stranger", "true")]
    [InlineData("stranger", "false")]
    [InlineData("eventbridge", "true")]
    [InlineData("unsaid", "true")]
    [InlineData("operator", "true")]
    public void An_order_to_drain_in_the_queue_counts_from_no_sender_that_is_not_trusted(string sender, string force)
    {
        using var run = Played(Order.Replace("FORCE", force, StringComparison.Ordinal).Replace("DEADLINE", "", StringComparison.Ordinal), sender, "", "false", "untouched", "Refused message");

        Assert.DoesNotContain("ec2:DescribeInstances", run.AwsCalls);
    }

    [Fact]
    public void An_order_of_a_trusted_sender_is_carried_out()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            name: trusted
            {{{Shop.Replace("SPOT", "false", StringComparison.Ordinal).Replace("min-available: \"2\"", "min-available: \"1\"", StringComparison.Ordinal)}}}
            function: { parameters: { TrustedSenders: "{{{Stage.OperatorId}}}" } }
            events: [{ at: 1s, message: { is-order: true, sender: operator, body: '{{{Order.Replace("FORCE", "false", StringComparison.Ordinal).Replace("DEADLINE", "", StringComparison.Ordinal)}}}' } }]
            expect: { nodes: { victim: drained, refuge: untouched } }
            """);
    }

    [Fact]
    public void A_forced_order_whose_deadline_has_passed_is_refused_whoever_sends_it()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            name: late-order
            {{{Shop.Replace("SPOT", "false", StringComparison.Ordinal)}}}
            function: { parameters: { TrustedSenders: "{{{Stage.OperatorId}}}" } }
            events: [{ at: 1s, message: { sender: operator, body: '{{{Order.Replace("FORCE", "true", StringComparison.Ordinal).Replace("DEADLINE", ",\"deadline\":\"2026-11-15T12:00:00Z\"", StringComparison.Ordinal)}}}' } }]
            expect: { nodes: { victim: untouched, refuge: untouched }, logs: ["its deadline, 2026-11-15 12:00:00Z, has passed"] }
            """);
    }

    [Theory]
    [InlineData(Rebalance)]
    [InlineData(Capacity)]
    [InlineData(Spot)]
    public void A_forged_warning_drains_no_on_demand_instance(string body)
    {
        using var run = Played(body, "stranger", "", "false", "untouched", "AWS does not confirm");
    }

    // Attributes of a stranger are not read: neither the year 9999 nor a chain of the future keeps a message alive.
    [Theory]
    [InlineData("drainer-first-seen: '9999-12-01T00:00:00.0000000Z', drainer-chain: zzzz, drainer-attempt: '1', drainer-confirmed: '{instance:victim}'")]
    [InlineData("drainer-first-seen: '2026-11-22T11:59:00.0000000Z', drainer-chain: zzzz, drainer-attempt: '1', drainer-confirmed: '{instance:victim}'")]
    public void What_a_stranger_says_of_a_message_confirms_nothing_and_ends_within_minutes(string attributes)
    {
        using var run = Played(Spot, "stranger", attributes, "false", "untouched", "EC2 reports that it is not a Spot instance");

        Assert.InRange(run.World.Tape.Happenings.Count(happening => happening is { Area: "lambda", What: "invoked" }), 1, 8);
    }

    [Theory]
    [InlineData("drainer-first-seen: '9999-12-01T00:00:00.0000000Z', drainer-chain: c, drainer-attempt: '1'", "its attributes are none that this version of the function writes")]
    [InlineData("drainer-first-seen: '2026-11-22T12:00:00.0000000Z', drainer-chain: c, drainer-attempt: '500'", "it was forwarded 500 times")]
    [InlineData("drainer-first-seen: '2026-11-12T12:00:00.0000000Z', drainer-chain: c, drainer-attempt: '50'", "beyond every bound of a SpotReclaim")]
    public void A_chain_beyond_its_bounds_goes_to_the_dead_letter_queue_and_the_log_says_why(string attributes, string why)
    {
        using var run = Played(Spot, "function", attributes, "true", "untouched", why, ", dead-letters: 1");

        Assert.DoesNotContain("ec2:DescribeInstances", run.AwsCalls);
    }

    [Fact]
    public void Without_ROLE_ID_a_continuation_is_looked_at_again_and_an_order_is_refused()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            name: unknown-role
            {{{Shop.Replace("SPOT", "false", StringComparison.Ordinal)}}}
            function: { environment: { ROLE_ID: "" } }
            events:
              - { at: 1s, message: { sender: function, body: '{{{Rebalance}}}', attributes: { drainer-first-seen: '2026-11-22T12:00:00.0000000Z', drainer-chain: c, drainer-attempt: '1', drainer-confirmed: '{instance:victim}' } } }
              - { at: 10m, message: { sender: function, body: '{{{Order.Replace("FORCE", "false", StringComparison.Ordinal).Replace("DEADLINE", "", StringComparison.Ordinal)}}}' } }
            expect: { nodes: { victim: untouched, refuge: untouched }, logs: ["EC2 reports that it is not a Spot instance", "which ROLE_ID must name"], not-before: 10m }
            """);
    }

    [Fact]
    public void A_redrive_of_dead_letters_needs_a_trusted_sender_and_works_for_one()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            name: redrive
            {{{Shop.Replace("SPOT", "false", StringComparison.Ordinal).Replace("min-available: \"2\"", "min-available: \"1\"", StringComparison.Ordinal)}}}
            function: { parameters: { TrustedSenders: "{{{Stage.OperatorId}}}" } }
            mapping: { max-receives: 1 }
            events:
              - { at: 1s, message: { is-order: true, sender: function, body: '{{{Order.Replace("FORCE", "false", StringComparison.Ordinal).Replace("DEADLINE", "", StringComparison.Ordinal)}}}', attributes: { drainer-first-seen: '2026-11-12T12:00:00.0000000Z', drainer-chain: c, drainer-attempt: '50' } } }
              - { at: 5m, redrive: stranger }
              - { at: 10m, redrive: operator }
            expect: { nodes: { victim: drained, refuge: untouched }, logs: ["beyond every bound of a DrainRequest"], not-before: 10m }
            """);

        Assert.Contains(run.World.Tape.Happenings, happening => happening is { Area: "sqs", What: "redrive-refused", Subject: "stranger" });
        Assert.Contains(run.World.Tape.Happenings, happening => happening is { Area: "sqs", What: "redriven" });
    }

    private static InProcessRun Played(string body, string sender, string attributes, string spot, string end, string why, string more = "") => Rehearsal.PlayedWell($$$"""
        name: forged
        {{{Shop.Replace("SPOT", spot, StringComparison.Ordinal)}}}
        events: [{ at: 1s, message: { sender: {{{sender}}}, body: '{{{body}}}', attributes: { {{{attributes}}} } } }]
        expect: { nodes: { victim: {{{end}}}, refuge: untouched }, hooks: { victim: untouched }, logs: ["{{{why}}}"], not-before: 4m{{{more}}} }
        """);
}
