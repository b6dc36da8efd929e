using System.Text.Json;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Aws.Pipeline;

/// <summary>
/// One service of one account and region whose SDK package this is not built with. Its client is made at the first call; each call is bounded in time,
/// and what an answer lacks is a failure of the call.
/// </summary>
internal sealed class AwsService(AwsCalls calls, Func<PipelineClient> connect)
{
    private readonly Lazy<PipelineClient> _client = new(connect);

    /// <summary>A call of the awsQuery protocol.</summary>
    /// <param name="operation">As <c>autoscaling:DescribeAutoScalingGroups</c>.</param>
    /// <param name="parameters">Null ones are left out.</param>
    /// <param name="read">Reads the element <c>…Result</c>.</param>
    /// <exception cref="AwsCallException">It was not answered as asked.</exception>
    public Task<T> QueryAsync<T>(string operation, IReadOnlyList<QueryParameter> parameters, Func<XElement, T> read, CancellationToken cancellationToken)
    {
        var action = ActionOf(operation);
        return AskAsync<QueryResponse, T>(
            operation, new QueryRequest(action, parameters), QueryUnmarshaller.Instance, answer => read(answer.Root.Element($"{action}Result") ?? answer.Root), cancellationToken);
    }

    /// <summary>A list of the awsQuery protocol, all its pages.</summary>
    /// <inheritdoc cref="QueryAsync"/>
    public Task<IReadOnlyList<T>> QueryListAsync<T>(string operation, IReadOnlyList<QueryParameter> parameters, Func<XElement, IEnumerable<T>> read, CancellationToken cancellationToken) =>
        AllPagesAsync(next => QueryAsync<Page<T>>(operation, [.. parameters, new("NextToken", next)], result => new([.. read(result)], result.Text("NextToken")), cancellationToken));

    /// <summary>A list of the ec2Query protocol, all its pages.</summary>
    /// <inheritdoc cref="QueryAsync"/>
    public Task<IReadOnlyList<T>> Ec2ListAsync<T>(string operation, IReadOnlyList<QueryParameter> parameters, Ec2Unmarshaller<T> list, CancellationToken cancellationToken) =>
        AllPagesAsync(next => AskAsync<Ec2Page<T>, Page<T>>(
            operation, new QueryRequest(ActionOf(operation), [.. parameters, new("NextToken", next)]), list, page => new(page.Items, page.NextToken), cancellationToken));

    /// <summary>A call whose answer is JSON.</summary>
    /// <inheritdoc cref="QueryAsync"/>
    public Task<T> JsonAsync<T>(string operation, PipelineRequest request, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        AskAsync<JsonResponse, T>(operation, request, JsonUnmarshaller.Instance, answer => read(answer.Root), cancellationToken);

    /// <summary>A list in JSON, all its pages.</summary>
    /// <param name="operation">As <c>lambda:ListEventSourceMappings</c>.</param>
    /// <param name="request">Makes the request for the page after a token.</param>
    /// <param name="nextToken">The member that says how it goes on.</param>
    /// <exception cref="AwsCallException">It was not answered as asked.</exception>
    public Task<IReadOnlyList<T>> JsonListAsync<T>(string operation, Func<string?, PipelineRequest> request, string nextToken, Func<JsonElement, IEnumerable<T>> read, CancellationToken cancellationToken) =>
        AllPagesAsync(next => JsonAsync<Page<T>>(operation, request(next), root => new([.. read(root)], JsonText.Of(root, nextToken)), cancellationToken));

    private static string ActionOf(string operation) => operation[(operation.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static async Task<IReadOnlyList<T>> AllPagesAsync<T>(Func<string?, Task<Page<T>>> ask)
    {
        List<T> all = [];
        string? next = null;
        do
        {
            var page = await ask(next);
            all.AddRange(page.Items);
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));

        return all;
    }

    private Task<T> AskAsync<TAnswer, T>(string operation, PipelineRequest request, ResponseUnmarshaller unmarshaller, Func<TAnswer, T> read, CancellationToken cancellationToken)
        where TAnswer : AmazonWebServiceResponse, new() =>
        calls.AskAsync(operation, async stop => read(await _client.Value.AskAsync<TAnswer>(request, unmarshaller, stop)), cancellationToken);

    private readonly record struct Page<T>(IReadOnlyList<T> Items, string? NextToken);
}
