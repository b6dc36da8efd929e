using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>
/// A presigned GetCallerIdentity as a bearer token, checked in the order and with the words of aws-iam-authenticator's
/// verifier (pkg/token/token.go, Verify), and taken apart for the check of its signature.
/// </summary>
internal sealed partial record ClusterToken(
    string Host, string CredentialScope, string AccessKeyId, string Date, string? SecurityToken, string SignedHeaders, string Signature,
    IReadOnlyList<KeyValuePair<string, string>> Query)
{
    public const string Prefix = "k8s-aws-v1.";
    public const string ClusterHeader = "x-k8s-aws-id";
    private const int Longest = 4096;
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private static readonly HashSet<string> AllowedParameters =
    [
        "action", "version", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token", "x-amz-signature", "x-amz-signedheaders",
    ];

    /// <exception cref="FormatException">The token is not one, in the verifier's words.</exception>
    public static ClusterToken Parse(string token, string partition, DateTimeOffset now)
    {
        Demand(token.Length <= Longest, "token is too large");
        Demand(token.StartsWith(Prefix, StringComparison.Ordinal), $"token is missing expected \"{Prefix}\" prefix");
        Demand(TryDecode(token[Prefix.Length..], out var url), "illegal base64 data");
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        Demand(schemeEnd > 0 && url[..schemeEnd] == "https", $"unexpected scheme \"{(schemeEnd > 0 ? url[..schemeEnd] : "")}\" in pre-signed URL");
        var rest = url[(schemeEnd + 3)..];
        var hostEnd = rest.IndexOfAny(['/', '?']);
        var host = hostEnd < 0 ? rest : rest[..hostEnd];
        Demand(Hosts(partition).IsMatch(host), $"unexpected hostname \"{host}\" in pre-signed URL");
        var queryStart = rest.IndexOf('?', StringComparison.Ordinal);
        Demand(queryStart > hostEnd && rest[hostEnd..queryStart] == "/", "unexpected path in pre-signed URL");
        var query = ParseQuery(rest[(queryStart + 1)..]);
        var values = new Dictionary<string, string>();
        foreach (var (name, value) in query)
        {
            Demand(AllowedParameters.Contains(name.ToLowerInvariant()), $"non-whitelisted query parameter \"{name}\"");
            Demand(values.TryAdd(name.ToLowerInvariant(), value), "query parameter with multiple values not supported");
        }

        string Value(string name) => values.GetValueOrDefault(name, "");
        Demand(Value("action") == "GetCallerIdentity", "unexpected action parameter in pre-signed URL");
        Demand(Value("x-amz-signedheaders").Split(';').Contains(ClusterHeader, StringComparer.OrdinalIgnoreCase),
            $"client did not sign the {ClusterHeader} header in the pre-signed URL");
        Demand(int.TryParse(Value("x-amz-expires"), CultureInfo.InvariantCulture, out var expires) && expires is >= 0 and <= 900,
            $"invalid X-Amz-Expires parameter in pre-signed URL: {expires}");
        Demand(Value("x-amz-date").Length > 0, "X-Amz-Date parameter must be present in pre-signed URL");
        Demand(DateTimeOffset.TryParseExact(Value("x-amz-date"), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date),
            $"error parsing X-Amz-Date parameter {Value("x-amz-date")}");
        Demand(now <= date + Lifetime, $"X-Amz-Date parameter is expired (15 minute expiration) {date:u}");
        Demand(date <= now + Lifetime, "sts getCallerIdentity failed: error from AWS (expected 200, got 403): Signature not yet current");
        var credential = Value("x-amz-credential").Split('/', 2);
        return new(host, credential.Length == 2 ? credential[1] : "", credential[0], Value("x-amz-date"), values.GetValueOrDefault("x-amz-security-token"),
            Value("x-amz-signedheaders"), Value("x-amz-signature"), [.. query.Where(pair => !pair.Key.Equals("X-Amz-Signature", StringComparison.OrdinalIgnoreCase))]);
    }

    /// <summary>The region of the STS endpoint, as STS expects it in the credential's scope.</summary>
    public string Region => Host.Split('.') is [_, var region, _, ..] && region != "amazonaws" ? region : "us-east-1";

    /// <summary>The signature that the holder of this secret would have made for this cluster.</summary>
    public string Sign(string secret, string clusterName)
    {
        var headers = SignedHeaders.Split(';').Select(name => KeyValuePair.Create(name.ToLowerInvariant(), name.ToLowerInvariant() switch
        {
            "host" => Host,
            ClusterHeader => clusterName,
            _ => "",
        })).ToList();
        var canonical = SigV4.CanonicalRequest("GET", "/", Query, headers, SigV4.EmptyBodyHash);
        return SigV4.Sign(secret, CredentialScope, SigV4.StringToSign(canonical, Date, CredentialScope));
    }

    private static List<KeyValuePair<string, string>> ParseQuery(string query)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            pairs.Add(new(Unescape(pair[0]), pair.Length == 2 ? Unescape(pair[1]) : ""));
        }

        return pairs;
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static bool TryDecode(string text, out string decoded)
    {
        decoded = "";
        // Raw base64url: padding and the other alphabet are refused, as Go's RawURLEncoding does.
        if (!text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') || !Base64Url.IsValid(text))
        {
            return false;
        }

        decoded = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        return true;
    }

    private static Regex Hosts(string partition) => partition switch
    {
        "aws-cn" => ChinaHosts(),
        "aws-us-gov" => GovernmentHosts(),
        _ => CommercialHosts(),
    };

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException("input token was not properly formatted: " + otherwise);
        }
    }

    // The real list is made from the SDK's partitions; these are their patterns.
    [GeneratedRegex(@"^sts(\.amazonaws\.com|(-fips)?\.(us|eu|ap|sa|ca|me|af|il|mx)-(central|(north|south)?(east|west)?)-\d\.amazonaws\.com)$", RegexOptions.CultureInvariant)]
    private static partial Regex CommercialHosts();

    [GeneratedRegex(@"^sts\.cn-north(west)?-1\.amazonaws\.com\.cn$", RegexOptions.CultureInvariant)]
    private static partial Regex ChinaHosts();

    [GeneratedRegex(@"^sts\.us-gov-(east|west)-1\.amazonaws\.com$", RegexOptions.CultureInvariant)]
    private static partial Regex GovernmentHosts();
}
