using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DrainerFunction.Messages;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Interruptions.Decoding;

/// <summary>A hundred thousand bodies, each a real one that something has happened to. The seed is fixed; a failure names its number.</summary>
public sealed partial class DecoderFuzzTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 27, 13, 19, 8, TimeSpan.Zero);

    private static readonly string[] Sources = [.. Bodies.Names.Select(Bodies.Of)];

    private static readonly string[] Understood = [.. Sources.Where(body => Decode(body) is DecodedMessage.Relevant && JsonNode.Parse(body)!["Message"] is null)];

    // What no decoder reads: it may be anything, and nothing changes.
    private static readonly string[] Unread = ["version", "resources", "page", "totalPages", "backupEvent", "eventDescription", "NotificationMetadata", "Service", "azId", "communicationId", "tags"];

    private static readonly string[] Hostile =
    [
        "null", "true", "-1", "1e999", "123456789012345678901234567890", "0.1", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"i-\"", "\"i-0a1b2c3d\"", "[]", "{}", "[{}]",
        "{\"entityValue\":\"i-0a1b2c3d\"}", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00Z\"", "\"Thu, 99 Zzz 2026 99:99:99 GMT\"", "\"Notification\"", "\"autoscaling:TEST_NOTIFICATION\"",
        "\"EC2\"", "\"aws.ec2\"", "\"arn:aws:ec2:::instance/\"", "\"arn:aws:ec2:eu-west-1:123456789012:instance/i-0a1b2c3d4e5f60718\"", "\"{\\\"Type\\\":\\\"Notification\\\"}\"",
        $"\"{new string('x', 300)}\"", $"{new string('[', 100)}{new string(']', 100)}", $"{{\"a\":{new string('[', 50)}1{new string(']', 50)}}}",
    ];

    // Odd, but text and not nested beyond what JSON readers accept: it may stand in a message that is valid.
    private static readonly string[] Odd = [.. Hostile.Where(value => !value.Contains("\\u", StringComparison.Ordinal) && !value.Contains("[[[", StringComparison.Ordinal))];

    private const string Scratches = "\"{}[],:\\\0\ud800 0e-";

    [Fact]
    public void Nothing_throws_and_whatever_comes_out_can_be_trusted()
    {
        var random = new Random(20260827);
        var seen = new Dictionary<Type, int>();
        for (var number = 0; number < 70_000; number++)
        {
            var body = Broken(Sources[random.Next(Sources.Length)], random);
            var decoded = Record.Exception(() => Judge(body, seen));
            Assert.True(decoded is null, $"Body {number}: {decoded}\n{body}");
        }

        // A fuzz that only ever hits one answer tests only that.
        Assert.All([typeof(DecodedMessage.Relevant), typeof(DecodedMessage.Ignored), typeof(DecodedMessage.Malformed), typeof(DecodedMessage.TestNotification)], type => Assert.InRange(seen.GetValueOrDefault(type), 500, 69_000));
    }

    [Fact]
    public void Nothing_valid_is_lost_for_what_stands_beside_it()
    {
        var random = new Random(20260828);
        for (var number = 0; number < 30_000; number++)
        {
            var body = Understood[random.Next(Understood.Length)];
            var disguised = Disguised(body, random);
            Assert.True(Same(Decode(body), Decode(disguised)), $"Body {number}: {Decode(disguised)}\n{disguised}");
        }
    }

    [Fact]
    public void A_message_as_large_as_a_queue_allows_is_no_danger()
    {
        var padding = new string('é', 120 * 1024);
        var spot = Bodies.Of("spot-reclaim");

        Assert.IsType<DecodedMessage.Relevant>(Decode(spot.Replace("\"version\": \"0\"", $"\"version\": \"{padding}\"", StringComparison.Ordinal)));
        Assert.IsType<DecodedMessage.Malformed>(Decode(new string('[', 256 * 1024)));
        Assert.IsType<DecodedMessage.Malformed>(Decode(padding));
        Assert.True(Assert.IsType<DecodedMessage.Malformed>(Decode(spot.Replace("i-0a1b2c3d4e5f60718", padding, StringComparison.Ordinal))).Why.Length < 200);
    }

    // Each field that was looked for once an entity would be a hundred thousand times fifteen thousand looks.
    [Fact]
    public void An_event_of_many_members_and_many_entities_is_read_once()
    {
        var members = string.Concat(Enumerable.Range(0, 60_000).Select(number => $"\"{number:x}\":1,"));
        var entities = string.Join(',', Enumerable.Range(0, 15_000).Select(number => $$"""{"entityValue":"i-{{number:x8}}"}"""));
        var body = Bodies.Of("scheduled-change-reboot").Replace("\"eventArn\"", $"{members}\"eventArn\"", StringComparison.Ordinal);
        var root = JsonNode.Parse(body)!;
        root["detail"]!.AsObject().Remove("affectedAccount");
        root["detail"]!["affectedEntities"] = JsonNode.Parse($"[{entities}]");

        Assert.Equal(15_000, Assert.IsType<DecodedMessage.Relevant>(Decode(root.ToJsonString())).Interruptions.Count);
    }

    private static void Judge(string body, Dictionary<Type, int> seen)
    {
        var decoded = Decode(body);
        seen[decoded.GetType()] = seen.GetValueOrDefault(decoded.GetType()) + 1;
        switch (decoded)
        {
            case DecodedMessage.Relevant { Interruptions: var interruptions }:
                Assert.NotEmpty(interruptions);
                Assert.All(interruptions, Trustworthy);
                break;
            case DecodedMessage.Malformed { Why: var why }:
                Readable(why);
                break;
            case DecodedMessage.Ignored { Why: var why }:
                Readable(why);
                break;
            case DecodedMessage.TestNotification { Group: var group }:
                Readable(group);
                break;
        }
    }

    private static void Trustworthy(Interruption interruption)
    {
        Assert.Matches(InstanceId(), interruption.InstanceId);
        Assert.Matches("^[0-9]{12}$", interruption.Account);
        Assert.Matches("^[a-z]+(-[a-z]+)+-[0-9]+$", interruption.Region);
        Assert.InRange(interruption.At, DateTimeOffset.MinValue, Now.AddDays(1));
        if (interruption is Interruption.Termination { Action: var ending })
        {
            Assert.InRange(ending.HookName.Length * ending.AutoScalingGroupName.Length, 1, 255 * 255);
        }

        // The bound must follow from any date without an overflow.
        _ = InterruptionBounds.Of(interruption, Now, new(), TimeSpan.FromHours(48));
    }

    private static void Readable(string why)
    {
        Assert.InRange(why.Length, 1, 2_000);
        Assert.DoesNotContain(why, char.IsControl);
    }

    private static string Broken(string body, Random random) => random.Next(4) switch
    {
        0 => Scratched(body, random),
        1 => Doubled(body, random),
        2 => Wrapped(WithAHostileField(body, random), random.Next(1, 4)),
        _ => random.Next(3) == 0 ? WithAHostileField(WithAHostileField(body, random), random) : WithAHostileField(body, random),
    };

    // A field, wherever it is, becomes what it never should be, or goes, or changes its name.
    private static string WithAHostileField(string body, Random random)
    {
        var fields = Field().Matches(body);
        if (fields.Count == 0)
        {
            return body;
        }

        var field = fields[random.Next(fields.Count)];
        var value = field.Groups["value"];
        return random.Next(5) switch
        {
            0 => body.Remove(field.Index, field.Length).Insert(field.Index, "\"gone\": 0"),
            1 => body.Remove(field.Index + 1, 1).Insert(field.Index + 1, "é"),
            _ => body.Remove(value.Index, value.Length).Insert(value.Index, Hostile[random.Next(Hostile.Length)]),
        };
    }

    private static string Doubled(string body, Random random)
    {
        var fields = Field().Matches(body);
        return fields.Count == 0 ? body : body.Insert(fields[random.Next(fields.Count)].Index, $"{fields[random.Next(fields.Count)].Value}, ");
    }

    private static string Scratched(string body, Random random)
    {
        var scratched = new StringBuilder(body);
        for (var times = random.Next(1, 4); times > 0 && scratched.Length > 0; times--)
        {
            var place = random.Next(scratched.Length);
            switch (random.Next(4))
            {
                case 0: scratched.Length = place; break;
                case 1: scratched[place] = (char)random.Next(0, 0x10000); break;
                case 2: scratched.Remove(place, Math.Min(random.Next(1, 30), scratched.Length - place)); break;
                default: scratched.Insert(place, Scratches[random.Next(Scratches.Length)]); break;
            }
        }

        return scratched.ToString();
    }

    private static string Wrapped(string body, int times) => times == 0 ? body : new JsonObject
    {
        ["Type"] = "Notification",
        ["TopicArn"] = "arn:aws:sns:eu-west-1:123456789012:interruptions",
        ["Message"] = times == 1 ? body : Wrapped(body, times - 1),
    }.ToJsonString();

    private static string Disguised(string body, Random random)
    {
        var root = JsonNode.Parse(body)!;
        Disguise(root, random);
        var disguised = root.ToJsonString(new() { WriteIndented = random.Next(2) == 0 });
        disguised = random.Next(4) == 0 ? $"\uFEFF \n{disguised}\t" : disguised;
        return random.Next(3) == 0 ? Wrapped(disguised.Trim('\uFEFF'), 1) : disguised;
    }

    // Another order, unknown fields, and anything whatever where nobody looks.
    private static void Disguise(JsonNode? node, Random random)
    {
        if (node is JsonObject fields)
        {
            var parts = fields.ToList();
            fields.Clear();
            foreach (var (name, value) in parts.OrderBy(_ => random.Next()))
            {
                Disguise(value, random);
                fields[name] = Unread.Contains(name) && random.Next(2) == 0 ? Harmless(random) : value;
                if (random.Next(4) == 0)
                {
                    fields[$"x{random.Next(1000)}"] = Harmless(random);
                }
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Disguise(item, random);
            }
        }
    }

    private static JsonNode? Harmless(Random random) => JsonNode.Parse(Odd[random.Next(Odd.Length)]);

    private static bool Same(DecodedMessage one, DecodedMessage other) =>
        one is DecodedMessage.Relevant { Interruptions: var left } && other is DecodedMessage.Relevant { Interruptions: var right } && left.SequenceEqual(right);

    private static DecodedMessage Decode(string body) => InterruptionDecoder.Decode(
        new SqsRecord { MessageId = "message-1", ReceiptHandle = "", Body = body, EventSourceArn = "arn:aws:sqs:eu-west-1:123456789012:drainer" }, Now);

    [GeneratedRegex("^i-([0-9a-f]{8}|[0-9a-f]{17})$")]
    private static partial Regex InstanceId();

    [GeneratedRegex("""
        "[A-Za-z0-9-]+":\s*(?<value>"([^"\\]|\\.)*"|[0-9]+|\{\}|\[[^\[\]]*\])
        """, RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
