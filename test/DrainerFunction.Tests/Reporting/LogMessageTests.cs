using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DrainerFunction.Reporting;

/// <summary>What the function says, as it stands in the source: log messages against their table, and the words of all its texts.</summary>
public sealed partial class LogMessageTests
{
    private static readonly Lazy<IReadOnlyList<SyntaxNode>> Source = new(() =>
        [.. Directory.EnumerateFiles(Path.Combine(Documents.Root, "src", "DrainerFunction"), "*.cs", SearchOption.AllDirectories)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file, cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken))]);

    private static readonly Dictionary<string, string> Levels = new()
    {
        ["Debug"] = "DEBUG", ["Information"] = "INFO", ["Warning"] = "WARN", ["Error"] = "ERROR", ["Critical"] = "FATAL",
    };

    [Fact]
    public void The_table_of_log_messages_in_the_documentation_is_what_the_code_writes() =>
        Assert.Equal(Written().Select(message => $"{message.Id} {message.Level} {message.Text}").Order(), Documented().Order());

    [Fact]
    public void Every_log_message_has_an_event_id_of_its_own()
    {
        var ids = Written().Select(message => message.Id).ToList();

        Assert.True(ids.Count > 40, $"Only {ids.Count} log messages were found.");
        Assert.All(ids, id => Assert.InRange(id, 100, 999));
        Assert.Equal(ids.Distinct().Order(), ids.Order());
    }

    [Fact]
    public void Every_documented_log_message_says_what_to_do() =>
        Assert.All(Rows(), row => Assert.NotEqual("", row.Groups["do"].Value.Trim()));

    [Fact]
    public void No_text_of_the_function_speaks_of_somebody_or_of_us_or_in_metaphors()
    {
        var texts = (
            from root in Source.Value
            from token in root.DescendantTokens()
            where token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            select token).ToList();

        Assert.True(texts.Count > 1000, $"Only {texts.Count} texts were found.");
        Assert.Empty(
            from token in texts
            where token.Parent?.FirstAncestorOrSelf<AttributeSyntax>()?.Name.ToString() is not "SuppressMessage"
            let forbidden = Forbidden().Match(token.ValueText)
            where forbidden.Success
            select $"{Path.GetFileName(token.SyntaxTree!.FilePath)}: '{forbidden.Value}' in '{token.ValueText}'");
    }

    [Theory]
    [InlineData("somebody has lifted its cordon", true)]
    [InlineData("a message of ours", true)]
    [InlineData("it asks US for it", false)]
    [InlineData("region us-east-1", false)]
    [InlineData("ask us for it", true)]
    [InlineData("is looked after by a younger message", true)]
    [InlineData("the message is forwarded", false)]
    public void The_forbidden_words_are_recognized(string text, bool isForbidden) => Assert.Equal(isForbidden, Forbidden().IsMatch(text));

    private static IEnumerable<(int Id, string Level, string Text)> Written() =>
        from root in Source.Value
        from attribute in root.DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString() is "LoggerMessage"
        select (
            int.Parse(Argument(attribute, "EventId"), CultureInfo.InvariantCulture),
            Levels[Argument(attribute, "Level").Replace("LogLevel.", "", StringComparison.Ordinal)],
            Argument(attribute, "Message"));

    // Named arguments only: a message without an event id, or with one that is not written out, is found here.
    private static string Argument(AttributeSyntax attribute, string name)
    {
        var given = attribute.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.Text == name)?.Expression;
        Assert.True(given is not null, $"{Path.GetFileName(attribute.SyntaxTree.FilePath)}: {attribute} has no {name}.");
        return given is LiteralExpressionSyntax literal ? literal.Token.ValueText : given.ToString();
    }

    private static IEnumerable<string> Documented() => Rows().Select(row => $"{row.Groups["id"].Value} {row.Groups["level"].Value} {row.Groups["text"].Value}");

    private static IEnumerable<Match> Rows() => Row().Matches(Documents.Read("docs/logging.md"));

    [GeneratedRegex(@"^\| (?<id>\d{3}) \| (?<level>[A-Z]+) \| (?<text>.*?) \| (?<do>.*?) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(
        @"\b([Nn]obody|[Ss]omebody|[Ss]omeone|[Aa]nybody|[Aa]nyone|[Ee]verybody|[Ee]veryone|[Ww]hoever|ours|us(?!-)|he|him|his|[Ww]e|[Oo]ur|look(s|ed)? after|younger|sen[dt] on|held back|left alone|taken up|by hand|goes in any case)\b")]
    private static partial Regex Forbidden();
}
