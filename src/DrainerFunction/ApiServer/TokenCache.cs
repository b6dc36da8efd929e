using DrainerFunction.Aws;

namespace DrainerFunction.ApiServer;

/// <summary>The token that one cluster accepts, presigned anew before it ends.</summary>
internal sealed class TokenCache(ClusterName name, AwsRegion aws, TimeProvider time)
{
    private ClusterToken? _token;
    private Task<ClusterToken>? _presigning;

    /// <summary>The next request gets a fresh one.</summary>
    public void Forget() => _token = null;

    /// <summary>One presigning serves all who need a token at that moment; nobody's cancellation takes it from the others.</summary>
    /// <exception cref="ApiServerException">AWS gave no credentials to sign with.</exception>
    public async ValueTask<ClusterToken> GetAsync(CancellationToken cancellationToken)
    {
        if (_token is { } known && time.GetUtcNow() < known.RefreshAt)
        {
            return known;
        }

        try
        {
            _presigning ??= aws.ClusterTokens.PresignAsync(name.Name, CancellationToken.None);
            return _token = await _presigning.WaitAsync(cancellationToken);
        }
        catch (AwsCallException refused)
        {
            throw refused.AsApiServer(name.Name);
        }
        finally
        {
            _presigning = _presigning is { IsCompleted: true } ? null : _presigning;
        }
    }
}
