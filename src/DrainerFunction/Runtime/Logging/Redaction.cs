using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Runtime.Logging;

/// <summary>
/// The last line of defence against a secret in a log: bearer tokens, signatures and session tokens are blotted out in
/// every text that leaves the process as a log line or an error, and so are the secrets that it was told of. Letters that show nothing are written as their numbers.
/// </summary>
internal static partial class Redaction
{
    private const string Blot = "***";
    private const int ShortestSecret = 8;

    private static readonly SearchValues<string> Traces = SearchValues.Create(
        ["k8s-aws-v1", "authorization", "bearer", "x-amz-", "secretaccesskey", "secret_access_key", "sessiontoken", "session_token"], StringComparison.OrdinalIgnoreCase);

    // Zero width, or written to turn the rest of a line around (Unicode's category Cf): nothing that a text needs, and a line could be read as another by it.
    private static readonly SearchValues<char> Invisible = SearchValues.Create(
        "\u00AD\u061C\u180E\u200B\u200C\u200D\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\uFEFF\uFFF9\uFFFA\uFFFB");

    private static readonly ConcurrentDictionary<string, byte> Secrets = new(StringComparer.Ordinal);

    /// <summary>From now on this text is blotted out wherever it appears. Shorter than eight characters, it is not: that would tear up other words.</summary>
    public static void Hide(string? secret)
    {
        if (secret is { Length: >= ShortestSecret })
        {
            Secrets[secret] = 0;
        }
    }

    public static string Clean(string text)
    {
        foreach (var (secret, _) in Secrets)
        {
            text = text.Replace(secret, Blot, StringComparison.Ordinal);
        }

        if (text.AsSpan().ContainsAny(Invisible))
        {
            text = string.Concat(text.Select(letter => Invisible.Contains(letter) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}") : letter.ToString()));
        }

        return text.AsSpan().ContainsAny(Traces)
            ? Header().Replace(Signed().Replace(Token().Replace(text, $"$1{Blot}"), $"$1{Blot}"), $"$1{Blot}")
            : text;
    }

    [GeneratedRegex(@"(k8s-aws-v1\.|\bBearer\s+)[A-Za-z0-9_\-.=~+/]+", RegexOptions.IgnoreCase)]
    private static partial Regex Token();

    [GeneratedRegex(@"((?:X-Amz-(?:Security-Token|Signature|Credential)|(?:aws_?)?secret_?access_?key|(?:aws_?)?session_?token)\\?[""']?\s*(?:=|:|%3D)\s*\\?[""']?)[^&\s""'\\,]+", RegexOptions.IgnoreCase)]
    private static partial Regex Signed();

    [GeneratedRegex(@"(\bAuthorization\\?[""']?\s*[:=]\s*\\?[""']?)[^\r\n""'\\]+", RegexOptions.IgnoreCase)]
    private static partial Regex Header();
}
