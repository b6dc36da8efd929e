using DrainerFunction.Aws;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.ApiServer;

/// <summary>The token that one cluster accepts, presigned anew before it ends.</summary>
internal sealed class TokenCache(ClusterName name, AwsRegion aws, TimeProvider time)
{
    private readonly SharedTask<ClusterToken> _presigning = new(() => aws.ClusterTokens.PresignAsync(name.Name, CancellationToken.None));
    private ClusterToken? _token;

    /// <summary>The next request gets a fresh one.</summary>
    public void Forget() => _token = null;

    /// <summary>One presigning serves all callers that need a token at that moment; no caller's cancellation takes it from the others.</summary>
    /// <exception cref="ApiServerException">AWS gave no credentials to sign with.</exception>
    public async ValueTask<ClusterToken> GetAsync(CancellationToken cancellationToken)
    {
        if (_token is { } known && time.GetUtcNow() < known.RefreshAt)
        {
            return known;
        }

        try
        {
            return _token = await _presigning.GetAsync(cancellationToken);
        }
        catch (AwsCallException refused)
        {
            throw ApiServerException.Of(refused, name.Name);
        }
    }
}
