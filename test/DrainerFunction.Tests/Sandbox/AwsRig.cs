using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Sandbox;

/// <summary>A world with a clock that only the test moves.</summary>
internal sealed class AwsRig : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 15, 40, 7, TimeSpan.Zero);

    public AwsRig(int seed = 1)
    {
        World = new(Clock, seed);
        Region.Events.DeliveryDelay = TimeSpan.Zero;
        Region.Sqs.CreateQueue("events", TimeSpan.FromHours(12));
        Region.Events.PutRule("all", """{"source":[{"prefix":""}]}""");
        Region.Events.PutTargets("all", new Dictionary<string, string> { ["1"] = Region.Sqs.Queue("events").Arn });
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    public SimulatedWorld World { get; }

    public AwsRegion Region => World.Aws.Default;

    /// <summary>In steps, so that what begins on the way begins at its own time: a callback sees the end of the step it falls into.</summary>
    public void Advance(double seconds)
    {
        var end = Clock.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        var step = TimeSpan.FromSeconds(seconds > 7200 ? 60 : 1);
        while (Clock.GetUtcNow() < end)
        {
            Clock.Advance(end - Clock.GetUtcNow() < step ? end - Clock.GetUtcNow() : step);
        }
    }

    /// <summary>The bodies of all events so far of this detail-type, or direct messages where it is null.</summary>
    public IReadOnlyList<System.Text.Json.Nodes.JsonNode> Events(string? detailType) =>
        [.. Region.Sqs.Contents("events").Select(message => System.Text.Json.Nodes.JsonNode.Parse(message.Body)!).Where(body => (string?)body["detail-type"] == detailType)];

    public IReadOnlyList<string> History(string area, string subject) =>
        [.. World.Tape.Happenings.Where(happening => happening.Area == area && happening.Subject == subject).Select(happening => happening.What)];

    public void Dispose() => World.Dispose();
}
