using System.Reflection;
using System.Text.RegularExpressions;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>The payloads in the summaries of the decoders: what a reader sees there is what the decoder reads.</summary>
public sealed partial class SamplePayloadTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 27, 13, 19, 8, TimeSpan.Zero);

    private static readonly Dictionary<string, Type> Kinds = new()
    {
        ["SpotReclaimEvent"] = typeof(Interruption.SpotReclaim),
        ["StateChangeEvent"] = typeof(Interruption.StateChange),
        ["CapacityReclaimEvent"] = typeof(Interruption.CapacityReclaim),
        ["RebalanceRecommendationEvent"] = typeof(Interruption.RebalanceRecommendation),
        ["ScheduledChangeEvent"] = typeof(Interruption.ScheduledChange),
        ["LifecycleEvent"] = typeof(Interruption.Termination),
        ["LifecycleMessage"] = typeof(Interruption.Termination),
        ["DrainRequestEvent"] = typeof(Interruption.DrainRequest),
        ["SnsEnvelope"] = typeof(Interruption.RebalanceRecommendation),
    };

    public static TheoryData<string> Decoders => [.. Directory.EnumerateFiles(Folder, "*.cs")
        .Where(file => Sample().IsMatch(File.ReadAllText(file))).Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_decoder_shows_a_payload() => Assert.Equal(Kinds.Keys.Append("CapacityBlockEvent").Order(StringComparer.Ordinal), Decoders.Select(row => row.Data));

    [Theory, MemberData(nameof(Decoders))]
    public void The_payload_in_a_decoders_summary_is_of_its_kind(string decoder)
    {
        var body = string.Join('\n', Sample().Match(File.ReadAllText(Path.Combine(Folder, $"{decoder}.cs"))).Groups[1].Captures.Select(line => line.Value));
        var message = InterruptionDecoder.Decode(
            new SqsRecord { MessageId = "m-1", ReceiptHandle = "r-1", Body = body, EventSourceArn = "arn:aws:sqs:eu-west-1:123456789012:interruptions" }, Now);

        if (decoder is "CapacityBlockEvent")
        {
            Assert.Equal("cr-0a1b2c3d4e5f60718", Assert.IsType<DecodedMessage.CapacityBlock>(message).Warning.ReservationId);
            return;
        }

        var interruption = Assert.Single(Assert.IsType<DecodedMessage.Relevant>(message).Interruptions);
        Assert.IsType(Kinds[decoder], interruption);
        Assert.Equal("i-0a1b2c3d4e5f60718", interruption.InstanceId);
    }

    private static string Folder => Path.Combine(
        typeof(SamplePayloadTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!,
        "src", "DrainerFunction", "Interruptions", "Decoding");

    [GeneratedRegex(@"^/// <code>\r?\n(?:/// (.*?)\r?\n)+/// </code>", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
