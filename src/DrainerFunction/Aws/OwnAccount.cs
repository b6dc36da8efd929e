namespace DrainerFunction.Aws;

/// <summary>The account that the function runs in: the invocation's function ARN tells it; only without one is STS asked.</summary>
internal sealed class OwnAccount(Func<CancellationToken, Task<string>> ask)
{
    private string? _account;

    public OwnAccount(AwsCalls calls, AwsConnection connection)
        : this(stop => CallerAsync(calls, connection, stop))
    {
    }

    /// <param name="functionArn"><c>arn:aws:lambda:eu-west-1:123456789012:function:name</c>; anything else teaches nothing.</param>
    public void Learn(string functionArn)
    {
        if (functionArn.Split(':') is ["arn", _, "lambda", _, { Length: 12 } account, ..] && account.All(char.IsAsciiDigit))
        {
            _account = account;
        }
    }

    /// <exception cref="AwsCallException">Neither the invocation nor STS told the account.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken) => _account ??= await ask(cancellationToken);

    private static Task<string> CallerAsync(AwsCalls calls, AwsConnection connection, CancellationToken cancellationToken) => calls.AskAsync(
        "sts:GetCallerIdentity",
        async stop =>
        {
            using var sts = new Amazon.SecurityToken.AmazonSecurityTokenServiceClient(connection.OwnCredentials, connection.Set(new Amazon.SecurityToken.AmazonSecurityTokenServiceConfig(), connection.OwnRegion));
            return (await sts.GetCallerIdentityAsync(new(), stop)).Account;
        },
        cancellationToken);
}
