using Amazon.SimpleSystemsManagement;

namespace DrainerFunction.Aws;

internal sealed class SsmParameters(Lazy<AmazonSimpleSystemsManagementClient> ssm, AwsCalls calls) : IParameters
{
    public async Task<string> GetAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await calls.AskAsync(
            "ssm:GetParameter", stop => ssm.Value.GetParameterAsync(new() { Name = name, WithDecryption = true }, stop), cancellationToken);
        return answer.Parameter.Value;
    }
}
