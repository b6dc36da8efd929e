using System.Security.Cryptography;
using System.Text;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>AWS Signature Version 4, as the services compute it to compare (IAM User Guide, "Create a signed request").</summary>
internal static class SigV4
{
    public static readonly string EmptyBodyHash = Hash("");

    public static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <param name="path">Already encoded as the canonical request wants it.</param>
    /// <param name="query">Decoded pairs, without the signature.</param>
    /// <param name="headers">The signed ones, names in lower case, in the order of SignedHeaders.</param>
    public static string CanonicalRequest(
        string method, string path, IEnumerable<KeyValuePair<string, string>> query, IReadOnlyList<KeyValuePair<string, string>> headers, string bodyHash)
    {
        var pairs = query.Select(pair => $"{Encode(pair.Key)}={Encode(pair.Value)}").Order(StringComparer.Ordinal);
        var lines = headers.Select(header => $"{header.Key}:{Squeeze(header.Value)}\n");
        return $"{method}\n{path}\n{string.Join('&', pairs)}\n{string.Concat(lines)}\n{string.Join(';', headers.Select(header => header.Key))}\n{bodyHash}";
    }

    /// <param name="date">As 20261122T154007Z.</param>
    /// <param name="scope">As 20261122/eu-west-1/sts/aws4_request.</param>
    public static string StringToSign(string canonicalRequest, string date, string scope) =>
        $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(canonicalRequest)}";

    public static string Sign(string secret, string scope, string stringToSign)
    {
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(stringToSign)));
    }

    public static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    public static string Encode(string text) => Uri.EscapeDataString(text);

    private static string Squeeze(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
