using System.Globalization;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>Who signed a request, and whether the signature is right; refusals in the words of each protocol.</summary>
internal sealed class AwsSignature(Credentials credentials)
{
    private const string Scheme = "AWS4-HMAC-SHA256 ";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string WrongSignature = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <exception cref="AwsError">It is not to be trusted.</exception>
    public (AccessKey Key, string Region) Verify(AwsHttp http, AwsCall call, DateTimeOffset now)
    {
        if (http.Header("authorization") is not { } authorization || !authorization.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new AwsError(call.Protocol is AwsProtocol.Query or AwsProtocol.Ec2Query ? "MissingAuthenticationToken" : "MissingAuthenticationTokenException", "Request is missing Authentication Token", 403);
        }

        var parts = authorization[Scheme.Length..].Split(',', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[^1]);
        var credential = parts.GetValueOrDefault("Credential", "").Split('/', 2);
        var (signedHeaders, signature) = (parts.GetValueOrDefault("SignedHeaders", ""), parts.GetValueOrDefault("Signature", ""));
        if (credential is not [var keyId, var scope] || scope.Split('/') is not [var day, var region, var service, "aws4_request"])
        {
            throw new AwsError("IncompleteSignature", "Authorization header requires existence of a well-formed 'Credential' parameter.", 400);
        }

        var key = credentials.Find(keyId) ?? throw UnknownKey(call);
        RefuseWrongToken(http, call, key);
        var date = http.Header("x-amz-date") ?? "";
        RefuseWrongTime(call, date, now);
        if (service != call.Service || !date.StartsWith(day, StringComparison.Ordinal))
        {
            throw Wrong(call, $"Credential should be scoped to correct service: '{call.Service}'.");
        }

        var headers = signedHeaders.Split(';').Select(name => KeyValuePair.Create(name, http.Header(name) ?? "")).ToList();
        var canonical = SigV4.CanonicalRequest(http.Method, EncodeAgain(http.RawPath), QueryParameters.Pairs(http.RawQuery), headers, BodyHash(http, call));
        return SigV4.Same(SigV4.Sign(key.Secret, scope, SigV4.StringToSign(canonical, date, scope)), signature) ? (key, region) : throw Wrong(call, WrongSignature);
    }

    private void RefuseWrongToken(AwsHttp http, AwsCall call, AccessKey key)
    {
        if (http.Header("x-amz-security-token") != key.SessionToken)
        {
            throw UnknownKey(call);
        }

        if (key.Expires <= credentials.Clock.GetUtcNow())
        {
            throw call.Protocol switch
            {
                AwsProtocol.Ec2Query => new AwsError("RequestExpired", "Request has expired.", 400),
                AwsProtocol.Query => new AwsError("ExpiredToken", "The security token included in the request is expired", 403),
                _ => new AwsError("ExpiredTokenException", "The security token included in the request is expired", 400),
            };
        }
    }

    private static void RefuseWrongTime(AwsCall call, string date, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParseExact(date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt))
        {
            throw new AwsError("IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got '" + date + "'.", 400);
        }

        if ((now - signedAt).Duration() <= Tolerance)
        {
            return;
        }

        var text = now.ToString(DateFormat, CultureInfo.InvariantCulture);
        throw call.Protocol == AwsProtocol.Ec2Query ? new AwsError("RequestExpired", "Request has expired.", 400)
            : signedAt < now
                ? Wrong(call, $"Signature expired: {date} is now earlier than {(now - Tolerance).ToString(DateFormat, CultureInfo.InvariantCulture)} ({text} - 5 min.)")
                : Wrong(call, $"Signature not yet current: {date} is still later than {(now + Tolerance).ToString(DateFormat, CultureInfo.InvariantCulture)} ({text} + 5 min.)");
    }

    private static string BodyHash(AwsHttp http, AwsCall call)
    {
        var actual = SigV4.Hash(http.Body);
        return http.Header("x-amz-content-sha256") is { } claimed && claimed != actual && claimed != "UNSIGNED-PAYLOAD"
            ? throw Wrong(call, WrongSignature)
            : http.Header("x-amz-content-sha256") ?? actual;
    }

    // All services but S3 encode the path of the request line once more.
    private static string EncodeAgain(string rawPath) => rawPath.Length == 0 ? "/" : string.Join('/', rawPath.Split('/').Select(SigV4.Encode));

    private static AwsError UnknownKey(AwsCall call) => call.Protocol switch
    {
        AwsProtocol.Ec2Query => new("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
        AwsProtocol.Query => new("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
        AwsProtocol.Json10 => new("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
        _ => new("UnrecognizedClientException", "The security token included in the request is invalid.", 403),
    };

    private static AwsError Wrong(AwsCall call, string message) =>
        new(call.Protocol is AwsProtocol.Query or AwsProtocol.Ec2Query ? "SignatureDoesNotMatch" : "InvalidSignatureException", message, 403);
}
