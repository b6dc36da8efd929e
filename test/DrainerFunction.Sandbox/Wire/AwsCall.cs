using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>How a service wants to be spoken to.</summary>
internal enum AwsProtocol
{
    Json10,
    Json11,
    RestJson,
    Query,
    Ec2Query,
}

/// <summary>One call, told apart as AWS does it: by X-Amz-Target, by Action, or by path.</summary>
internal sealed record AwsCall(string Service, string Operation, AwsProtocol Protocol)
{
    /// <summary>The body of a JSON protocol.</summary>
    public JsonObject Json { get; init; } = [];

    /// <summary>The parameters of a Query protocol, or of the URL.</summary>
    public QueryParameters Query { get; init; } = QueryParameters.None;

    /// <summary>X-Amzn-Trace-Id, which the SDKs pass on inside Lambda.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>Decoded segments of the path.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <exception cref="AwsError">Nobody here speaks like that.</exception>
    public static AwsCall Read(AwsHttp http)
    {
        var query = QueryParameters.Parse(http.RawQuery);
        var path = http.RawPath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToList();
        if (http.Header("x-amz-target") is { } target)
        {
            var (prefix, operation) = (target.Split('.')[0], target.Split('.')[^1]);
            return prefix switch
            {
                "AmazonSQS" => new("sqs", operation, AwsProtocol.Json10) { Json = Body(http) },
                "AWSEvents" => new("events", operation, AwsProtocol.Json11) { Json = Body(http) },
                "AmazonSSM" => new("ssm", operation, AwsProtocol.Json11) { Json = Body(http) },
                _ => throw new AwsError("UnknownOperationException", $"{target} is not known here", 400),
            };
        }

        if (http.Header("content-type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) == true)
        {
            query = QueryParameters.Parse(System.Text.Encoding.UTF8.GetString(http.Body), query);
        }

        return query["Action"] is { } action
            ? OfQuery(action, query) with { Path = path }
            : AwsLambda.Operation(http.Method, path) is { } ofLambda ? new("lambda", ofLambda, AwsProtocol.RestJson) { Query = query, Path = path }
            : new("eks", RestOperation(http.Method, path), AwsProtocol.RestJson) { Query = query, Path = path, Json = http.Method == "POST" ? Body(http) : [] };
    }

    private static AwsCall OfQuery(string action, QueryParameters query) => query["Version"] switch
    {
        "2016-11-15" => new("ec2", action, AwsProtocol.Ec2Query) { Query = query },
        "2011-01-01" => new("autoscaling", action, AwsProtocol.Query) { Query = query },
        "2011-06-15" => new("sts", action, AwsProtocol.Query) { Query = query },
        "2010-08-01" => new("monitoring", action, AwsProtocol.Query) { Query = query },
        "2012-11-05" => new("sqs", action, AwsProtocol.Query) { Query = query },
        var version => throw new AwsError("NoSuchVersion", $"The requested version ({version}) is not valid.", 400),
    };

    private static string RestOperation(string method, IReadOnlyList<string> path) => (method, path) switch
    {
        ("GET", ["clusters"]) => "ListClusters",
        ("GET", ["clusters", _]) => "DescribeCluster",
        ("GET", ["clusters", _, "access-entries"]) => "ListAccessEntries",
        ("POST", ["clusters", _, "access-entries"]) => "CreateAccessEntry",
        ("GET", ["clusters", _, "access-entries", _]) => "DescribeAccessEntry",
        ("POST", ["clusters", _, "access-entries", _]) => "UpdateAccessEntry",
        ("DELETE", ["clusters", _, "access-entries", _]) => "DeleteAccessEntry",
        _ => "Unknown",
    };

    private static JsonObject Body(AwsHttp http)
    {
        try
        {
            return http.Body.Length == 0 ? [] : JsonNode.Parse(http.Body) as JsonObject ?? [];
        }
        catch (System.Text.Json.JsonException)
        {
            throw new AwsError("SerializationException", "The request body is not JSON.", 400);
        }
    }
}

/// <summary>A request as it came over the socket: nothing decoded, for the signature covers it so.</summary>
internal sealed record AwsHttp(string Method, string RawPath, string RawQuery, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <param name="name">In lower case.</param>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
