namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Who somebody is, roles assumed, and the check of tokens that clusters are shown.</summary>
internal sealed class Sts(AwsRegion region)
{
    private readonly SimulatedWorld _world = region.World;

    public CallerIdentity GetCallerIdentity(string accessKeyId)
    {
        var key = Known(accessKeyId);
        return new(key.Account, key.PrincipalArn, key.UserId);
    }

    public AccessKey AssumeRole(string accessKeyId, string roleArn, string sessionName, TimeSpan? duration = null, string? externalId = null)
    {
        lock (_world.Gate)
        {
            var caller = Known(accessKeyId);
            if (duration is { } asked && (asked < TimeSpan.FromMinutes(15) || asked > TimeSpan.FromHours(12)))
            {
                throw AwsError.Validation($"1 validation error detected: Value '{asked.TotalSeconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900");
            }

            var role = region.Cloud.Credentials.Role(roleArn);
            if (role is null || (role.ExternalId is { } demanded && demanded != externalId))
            {
                throw new AwsError("AccessDenied", $"User: {caller.PrincipalArn} is not authorized to perform: sts:AssumeRole on resource: {roleArn}", 403);
            }

            _world.Tape.Record("sts", "assumed", roleArn, $"{caller.PrincipalArn} assumed {roleArn} as {sessionName}");
            return region.Cloud.Credentials.Issue(role, sessionName, duration, accessKeyId);
        }
    }

    /// <summary>As the authenticator in an EKS control plane of this region: is it a token for this cluster, and whose?</summary>
    public TokenVerdict VerifyClusterToken(string token, string clusterName)
    {
        lock (_world.Gate)
        {
            var verdict = Judge(token, clusterName);
            if (verdict is TokenVerdict.Refused refused)
            {
                _world.Tape.Record("sts", "token-refused", clusterName, $"a token for cluster {clusterName} was refused: {refused.Reason}");
            }

            return verdict;
        }
    }

    private TokenVerdict Judge(string token, string clusterName)
    {
        ClusterToken presigned;
        try
        {
            presigned = ClusterToken.Parse(token, region.Partition, _world.Now);
        }
        catch (FormatException unreadable)
        {
            return new TokenVerdict.Refused(unreadable.Message);
        }

        if (region.Cloud.Credentials.Find(presigned.AccessKeyId) is not { } key)
        {
            return Failed("InvalidClientTokenId", "The security token included in the request is invalid");
        }

        if (key.SessionToken != presigned.SecurityToken)
        {
            return Failed("InvalidClientTokenId", "The security token included in the request is invalid");
        }

        if (key.Expires <= region.Cloud.Credentials.Clock.GetUtcNow())
        {
            return Failed("ExpiredToken", "The security token included in the request is expired");
        }

        if (presigned.CredentialScope != $"{presigned.Date[..8]}/{presigned.Region}/sts/aws4_request")
        {
            return Failed("SignatureDoesNotMatch", $"Credential should be scoped to a valid region. The endpoint is in {presigned.Region}, the scope is {presigned.CredentialScope}");
        }

        return SigV4.Same(presigned.Sign(key.Secret, clusterName), presigned.Signature)
            ? new TokenVerdict.Accepted(Canonical(key.PrincipalArn), key.PrincipalArn, SessionOf(key), key.UserId)
            : Failed("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");
    }

    private AccessKey Known(string accessKeyId) => region.Cloud.Credentials.Find(accessKeyId)
        ?? throw new AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403);

    private static TokenVerdict.Refused Failed(string code, string message) =>
        new($"sts getCallerIdentity failed: error from AWS (expected 200, got 403). Body: {code}: {message}");

    /// <summary>A session's ARN becomes its role's, as the authenticator's pkg/arn does; access entries name roles.</summary>
    private static string Canonical(string arn)
    {
        var parts = arn.Split(':', 6);
        return parts[2] == "sts" && parts[5].Split('/') is ["assumed-role", var role, ..] ? $"arn:{parts[1]}:iam::{parts[4]}:role/{role}" : arn;
    }

    private static string SessionOf(AccessKey key) => key.UserId.Split(':') is [_, var session] ? session : "";
}

internal sealed record CallerIdentity(string Account, string Arn, string UserId);

internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <param name="PrincipalArn">Canonical: the role, where the caller is a session of one.</param>
    /// <param name="CallerArn">As GetCallerIdentity answers.</param>
    internal sealed record Accepted(string PrincipalArn, string CallerArn, string SessionName, string UserId) : TokenVerdict;

    internal sealed record Refused(string Reason) : TokenVerdict;
}
