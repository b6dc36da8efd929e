using System.Globalization;
using System.Text.RegularExpressions;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction;

/// <summary>A parameter of the template lets through what the function takes at its start, value by value and both ways.</summary>
public sealed partial class ParameterTests
{
    private static readonly Dictionary<string, string> VariableOf = Stack.Parameters.Keys
        .Select(parameter => (parameter, variable: Stack.With((parameter, "marker")).Settings.FirstOrDefault(one => one.Value == "marker").Key))
        .Where(pair => pair.variable is not null)
        .ToDictionary(pair => pair.parameter, pair => pair.variable);

    /// <summary>Where the template lets less through than the function, and why.</summary>
    private static readonly Dictionary<string, Func<string, bool>> Narrower = new()
    {
        // The key becomes part of a policy in JSON; a value has a parameter of its own.
        ["ManagedTagKey"] = value => !PlainTagKey().IsMatch(value),
        // Other spellings of the same numbers.
        ["HeartbeatInterval"] = value => value is "-2" or "010" or "+10",
        // Alarms and dashboard name it, too; an end that is a space would be lost.
        ["MetricsNamespace"] = value => value.Contains(' ', StringComparison.Ordinal),
        // The permission's ARN is put together of it, and that needs the leading slash and this account.
        ["WebhookHeadersParameter"] = IsNoPath,
        ["WebhookTemplateParameter"] = IsNoPath,
        ["WebhookProxyParameter"] = IsNoPath,
        ["WebhookUrlParameter"] = IsNoPath,
    };

    private static bool IsNoPath(string value) => !value.StartsWith('/') || value.Contains(':', StringComparison.Ordinal) || value.Length == 1;

    private static readonly string[] Pool =
    [
        "AROAIOSFODNN7EXAMPLE", "AROAIOSFODNN7EXAMPLE,AIDAIOSFODNN7EXAMPLE", "a", "-a", "_a", "!a", "a!b", "!", "!!a", "*", "node-*", "node-?", "a/b", "/a", "/a/b", "/a:b", "/", "a.b", "a:b", "a b", "a+b", "a@b", "a\nb", "ä", "a\"b", "A-b_C9",
        "a,b", "!a,b", "a,!b", "a,b,c,d,e", "a,b,c,d,e,f", "karpenter", "auto-mode", "managed-node-group", "karpenter,auto-mode", "karpenter,managed-node-group,auto-mode", "carpenter",
        "key=value", "key=", "=value", "example.com/key=a value", "key=a,other=b", "-key=value", "Example.com/key=value", "key-=value", "a=b,c",
        "12345678901", "123456789012", "1234567890123", "123456789012,210987654321", "123456789012,21098765432", "12345678901a",
        "eu-west-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1", "mx-central-1", "ap-southeast-10", "eu-west", "e-west-1", "EU-west-1", "eu-west-1,us-east-1", "eu-west-1,x",
        "-2", "-1", "0", "1", "9", "10", "99", "100", "999", "1000", "2999", "3599", "3600", "3601", "10.5", "010", "+10",
        "AWS/x", "AWS", "aws/x", "#a", "{}", "{\"a\":\"b\"}", "{\"a\":1}", "[]", "{{node}}", "{{ .NodeName }}", "{{.NodeName}}", "{{- .NodeName }}", "{{range .Pods}}", "{{ range}}", "{ {.a",
        "{\"text\":\"{{node}} of {{cluster}}\"}", "{{ node }}", "{{if}}", "{{iffy}}", "{{$x}}",
        "http://proxy:3128", "https://proxy.internal:3128/", "tcp://proxy:3128", "ftp://proxy", "proxy:3128", "http:// proxy",
        "a=", "a@b+c,d", "role/path/name", "arn:aws:iam::123456789012:role/name",
        .. from letters in (int[])[2, 63, 64, 65, 99, 100, 101, 128, 129, 254, 255, 256, 257, 1223, 1224, 1225]
           from shape in (string[])["{0}", "/{0}", "{0}=b", "!{0}"]
           select string.Format(CultureInfo.InvariantCulture, shape, new string('x', letters)),
    ];

    public static TheoryData<string> WithPattern => [.. VariableOf.Keys.Where(parameter => Of(parameter, "AllowedPattern") is not null)];

    public static TheoryData<string> WithWords => [.. VariableOf.Keys.Where(parameter => Stack.Parameters[parameter].Children.ContainsKey("AllowedValues"))];

    public static TheoryData<string> WithNumber => [.. VariableOf.Keys.Where(parameter => Of(parameter, "Type") is "Number")];

    [Fact]
    public void Every_parameter_that_sets_a_variable_says_what_it_lets_through() =>
        Assert.Equal(VariableOf.Keys.Order(), WithPattern.Concat(WithWords).Concat(WithNumber).Select(row => row.Data).Order());

    [Theory, MemberData(nameof(WithPattern))]
    public void A_pattern_lets_through_what_the_function_takes(string parameter)
    {
        var pattern = new Regex(Of(parameter, "AllowedPattern")!);
        Assert.Matches(pattern, Of(parameter, "Default")!);

        var letThrough = Pool.Where(value => pattern.IsMatch(value)).ToList();
        Assert.NotEmpty(letThrough);
        Assert.True(letThrough.All(value => Takes(parameter, value)), $"stop the function: {string.Join(' ', letThrough.Where(value => !Takes(parameter, value)))}");

        var refused = Pool.Except(letThrough).Where(value => Takes(parameter, value) && !Narrower.GetValueOrDefault(parameter, _ => false)(value)).ToList();
        Assert.True(refused.Count == 0, $"refused for nothing: {string.Join(' ', refused)}");
    }

    [Theory, MemberData(nameof(WithWords))]
    public void The_words_of_a_choice_are_those_that_the_function_names(string parameter)
    {
        var refusal = Assert.Throws<OptionsException>(() => Options(parameter, "no-such-word")).Message;

        Assert.Equal(Words(parameter).Order(), Allowed().Match(refusal).Groups[1].Value.Split(", ").Order());
        Assert.All(Words(parameter), word => Assert.True(Takes(parameter, word)));
        Assert.Contains(Of(parameter, "Default"), Words(parameter));
    }

    [Theory, MemberData(nameof(WithNumber))]
    public void The_ends_of_a_range_are_those_of_the_function(string parameter)
    {
        var (least, most) = (Number(parameter, "MinValue"), Number(parameter, "MaxValue"));

        Assert.True(Takes(parameter, least) && Takes(parameter, most));
        Assert.False(Takes(parameter, most + 1));
        // Below its range the function knows the Node Termination Handler's -1, another word for the default or for "none".
        if (Takes(parameter, least - 1))
        {
            Assert.Contains(Text(parameter, least - 1), (string[])[Text(parameter, least), Text(parameter, Number(parameter, "Default"))]);
        }

        Assert.InRange(Number(parameter, "Default"), least, most);
    }

    private static string? Of(string parameter, string key) =>
        Stack.Parameters[parameter].Children.TryGetValue(key, out var value) ? value.ToString() : null;

    private static long Number(string parameter, string key) => long.Parse(Of(parameter, key)!, CultureInfo.InvariantCulture);

    private static List<string> Words(string parameter) =>
        [.. ((YamlDotNet.RepresentationModel.YamlSequenceNode)Stack.Parameters[parameter]["AllowedValues"]).Select(word => word.ToString())];

    private static bool Takes(string parameter, long number) => Takes(parameter, number.ToString(CultureInfo.InvariantCulture));

    private static bool Takes(string parameter, string value)
    {
        try
        {
            _ = Options(parameter, value);
            return true;
        }
        catch (OptionsException)
        {
            return false;
        }
    }

    private static string Text(string parameter, long number) =>
        System.Text.Json.JsonSerializer.Serialize(Times(Options(parameter, number.ToString(CultureInfo.InvariantCulture))));

    private static TimeSpan?[] Times(DrainerOptions options) =>
    [
        options.PodTerminationGracePeriod, options.NodeTerminationGracePeriod, options.MaxDrainDuration, options.HeartbeatInterval,
        options.CompleteLifecycleActionDelay, options.ScheduledChangeLeadTime, options.UncordonAfter,
    ];

    /// <summary>The other settings are such that this one's value alone decides.</summary>
    private static DrainerOptions Options(string parameter, string value) => DrainerOptions.From(new Dictionary<string, string>
    {
        ["ASSUME_ROLE_NAME"] = "node-drainer",
        [VariableOf[parameter]] = value,
    });

    [GeneratedRegex(@"allowed is ([^.]+)\.")]
    private static partial Regex Allowed();

    [GeneratedRegex(@"^[A-Za-z0-9_.:/@+-]{1,128}\z")]
    private static partial Regex PlainTagKey();
}
