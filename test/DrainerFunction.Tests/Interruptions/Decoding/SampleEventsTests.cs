using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DrainerFunction.Messages;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>The files of events/, which the documentation tells people to invoke the function with.</summary>
public sealed class SampleEventsTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 27, 13, 19, 8, TimeSpan.Zero);

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).OfType<string>().Except(["plan", "drain", "sweep"]).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public void A_sample_is_a_batch_of_what_it_is_called(string name)
    {
        var records = Assert.IsType<InvocationRequest.Batch>(InvocationPayload.Read(File.ReadAllBytes(Path.Combine(Folder, $"{name}.json")))).Records;

        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.True(InterruptionDecoder.Decode(record, Now) is DecodedMessage.Relevant or DecodedMessage.TestNotification));
        if (Bodies.Names.Contains(name))
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Bodies.Of(name)), JsonNode.Parse(Assert.Single(records).Body)), "The sample and the message of that name differ.");
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The digest that SQS defines.")]
    [Theory, MemberData(nameof(Files))]
    public void A_samples_digest_is_that_of_its_body(string name) => Assert.All(
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!["Records"]!.AsArray(),
        record => Assert.Equal(
            Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(record!["body"]!.GetValue<string>()))), record["md5OfBody"]!.GetValue<string>()));

    private static string Folder => Path.Combine(
        typeof(SampleEventsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "events");
}
