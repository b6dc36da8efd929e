using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>Lambda in REST and JSON (2015-03-31): the one function, seen and invoked by hand.</summary>
internal static class AwsLambda
{
    public static string? Operation(IReadOnlyList<string> path) => path switch
    {
        ["2015-03-31", "functions"] => "ListFunctions",
        ["2015-03-31", "functions", _, "configuration"] => "GetFunctionConfiguration",
        ["2015-03-31", "functions", _, "invocations"] => "Invoke",
        ["2015-03-31", "event-source-mappings"] => "ListEventSourceMappings",
        ["2015-03-31", ..] => "Unknown",
        _ => null,
    };

    public static async Task<AwsAnswer> AnswerAsync(AwsCall call, AwsHttp http, LambdaFunction? function, CancellationToken cancellationToken) => call switch
    {
        { Operation: "ListFunctions" } => AwsAnswer.Json(call, new()
        {
            ["Functions"] = new JsonArray(function is null ? [] : [Shown(function.Settings)]),
        }),
        { Operation: "GetFunctionConfiguration", Path: [_, _, var name, _] } => AwsAnswer.Json(call, Shown(Named(name, function).Settings)),
        { Operation: "ListEventSourceMappings" } => AwsAnswer.Json(call, new()
        {
            ["EventSourceMappings"] = new JsonArray([.. (call.Query["FunctionName"] is { } name ? Named(name, function) : function)?.Mappings.Select(mapping => (JsonNode)Shown(mapping)) ?? []]),
        }),
        { Operation: "Invoke", Path: [_, _, var name, _] } => await InvokeAsync(Named(name, function), http, cancellationToken),
        _ => throw new AwsError("UnknownOperationException", "The path is not one of Lambda that is known here.", 404),
    };

    private static async Task<AwsAnswer> InvokeAsync(LambdaFunction function, AwsHttp http, CancellationToken cancellationToken)
    {
        var payload = http.Body.Length == 0 ? "{}" : Encoding.UTF8.GetString(http.Body);
        var ended = new TaskCompletionSource<InvocationEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        switch (http.Header("x-amz-invocation-type") ?? "RequestResponse")
        {
            case "DryRun":
                return new(204, "application/json", "");
            case "Event":
                function.Invoke(payload, null, _ => { });
                return new(202, "application/json", "");
            default:
                function.Invoke(payload, null, ended.SetResult);
                return Answer(await ended.Task.WaitAsync(cancellationToken));
        }
    }

    private static AwsAnswer Answer(InvocationEnd end) => end switch
    {
        InvocationEnd.Response response => new(200, "application/json", response.Payload) { Headers = Executed() },
        InvocationEnd.FunctionError error => Failed(error.Payload),
        InvocationEnd.Throttled => throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429),
        _ => Failed(new JsonObject { ["errorMessage"] = $"The function {end.Describe()}." }.ToJsonString()),
    };

    private static AwsAnswer Failed(string payload) => new(200, "application/json", payload) { Headers = Executed(("X-Amz-Function-Error", "Unhandled")) };

    private static Dictionary<string, string> Executed(params (string Name, string Value)[] more) =>
        more.Append(("X-Amz-Executed-Version", "$LATEST")).ToDictionary(header => header.Item1, header => header.Item2);

    /// <summary>By name, by name and version, or by ARN.</summary>
    private static LambdaFunction Named(string name, LambdaFunction? function) =>
        function is not null && (name.StartsWith("arn:", StringComparison.Ordinal) ? name : name.Split(':')[0]) is var asked
            && (asked == function.Settings.Name || asked == function.Settings.Arn) ? function
            : throw new AwsError("ResourceNotFoundException", $"Function not found: {name}", 404);

    private static JsonObject Shown(EventSourceMapping mapping) => new()
    {
        ["EventSourceArn"] = mapping.QueueArn,
        ["State"] = mapping.Settings.IsEnabled ? "Enabled" : "Disabled",
        ["BatchSize"] = mapping.Settings.BatchSize,
        ["FunctionResponseTypes"] = new JsonArray(mapping.Settings.ReportsBatchItemFailures ? ["ReportBatchItemFailures"] : []),
    };

    private static JsonObject Shown(FunctionSettings settings) => new()
    {
        ["FunctionName"] = settings.Name,
        ["FunctionArn"] = settings.Arn,
        ["Runtime"] = "provided.al2023",
        ["Handler"] = "bootstrap",
        ["Timeout"] = (int)settings.Timeout.TotalSeconds,
        ["MemorySize"] = settings.MemoryMegabytes,
        ["Version"] = "$LATEST",
        ["State"] = "Active",
        ["LastModified"] = DateTimeOffset.UnixEpoch.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzz'00'", CultureInfo.InvariantCulture),
        ["Environment"] = new JsonObject
        {
            ["Variables"] = new JsonObject(settings.Environment.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
        },
    };
}
