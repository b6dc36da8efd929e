using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace DrainerFunction.Aws;

/// <summary>
/// Credentials for one account: the function's own for its own account, those of the role ASSUME_ROLE_NAME for another. They are asked for
/// when first needed and again before they end.
/// </summary>
internal sealed class RoleCredentials(AwsScope scope, OwnAccount own, AwsConnection connection, AssumedRole? role, AwsCalls calls, TimeProvider time) : AWSCredentials
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private Task<(ImmutableCredentials Credentials, DateTimeOffset? End)>? _current;
    private Task<(ImmutableCredentials Credentials, DateTimeOffset? End)>? _last;

    public override async Task<ImmutableCredentials> GetCredentialsAsync() => (await CurrentAsync().ConfigureAwait(false)).Credentials;

    /// <summary>The SDK's signer asks here, and does not wait: <see cref="AwsCalls"/> has seen to it that they are there.</summary>
    public override ImmutableCredentials GetCredentials() => CurrentAsync() is { IsCompletedSuccessfully: true } ready
        ? ready.GetAwaiter().GetResult().Credentials
        : throw new AmazonClientException($"The credentials for account {scope.Account} are not available yet.");

    /// <returns>The credentials and when they end; null for those that live as long as the process.</returns>
    public Task<(ImmutableCredentials Credentials, DateTimeOffset? End)> CurrentAsync()
    {
        lock (_gate)
        {
            if (_current is null or { IsFaulted: true } or { IsCanceled: true } || EndsWithin(_current, Margin))
            {
                _last = _current is { IsCompletedSuccessfully: true } ? _current : _last;
                _current = ObtainAsync();
            }

            // Until new ones are there the former ones are as good as ever.
            return !_current.IsCompletedSuccessfully && _last is { } living && !EndsWithin(living, TimeSpan.Zero) ? living : _current;
        }
    }

    private bool EndsWithin(Task<(ImmutableCredentials Credentials, DateTimeOffset? End)> credentials, TimeSpan margin) =>
        credentials.IsCompletedSuccessfully && credentials.GetAwaiter().GetResult().End is { } end && end - margin <= time.GetUtcNow();

    private async Task<(ImmutableCredentials Credentials, DateTimeOffset? End)> ObtainAsync() =>
        await own.GetAsync(CancellationToken.None).ConfigureAwait(false) == scope.Account || scope.Account is ""
            ? (await connection.OwnCredentials.GetCredentialsAsync().ConfigureAwait(false), null)
            : await AssumeAsync(role ?? throw new AmazonClientException($"Account {scope.Account} is not the function's own and ASSUME_ROLE_NAME is not set.")).ConfigureAwait(false);

    private Task<(ImmutableCredentials Credentials, DateTimeOffset? End)> AssumeAsync(AssumedRole assumed) => calls.AskAsync(
        "sts:AssumeRole",
        async stop =>
        {
            using var sts = new AmazonSecurityTokenServiceClient(connection.OwnCredentials, connection.Set(new AmazonSecurityTokenServiceConfig(), scope.Region));
            var answer = await sts.AssumeRoleAsync(
                new AssumeRoleRequest
                {
                    RoleArn = $"arn:{RegionEndpoint.GetBySystemName(scope.Region).PartitionName}:iam::{scope.Account}:role/{assumed.RoleName}",
                    RoleSessionName = "drainer-function",
                    ExternalId = assumed.ExternalId,
                },
                stop).ConfigureAwait(false);
            var given = answer.Credentials;
            DateTimeOffset? end = given.Expiration is { } expiration ? new DateTimeOffset(expiration.ToUniversalTime()) : null;
            return (new ImmutableCredentials(given.AccessKeyId, given.SecretAccessKey, given.SessionToken), end);
        },
        CancellationToken.None);
}

/// <summary>The role of other accounts that the function assumes, by name; with its path, if it has one.</summary>
internal sealed record AssumedRole(string RoleName, string? ExternalId);
