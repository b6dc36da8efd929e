using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>Lambda in REST and JSON: the one function, its concurrency and its mappings, seen, changed and invoked by hand. Paths and shapes: botocore's model of <c>lambda</c>.</summary>
internal static class AwsLambda
{
    /// <returns>Null where the path is not one of Lambda's.</returns>
    public static string? Operation(string method, IReadOnlyList<string> path) => (method, path) switch
    {
        ("GET", ["2015-03-31", "functions"]) => "ListFunctions",
        ("GET", ["2015-03-31", "functions", _]) => "GetFunction",
        ("GET", ["2015-03-31", "functions", _, "configuration"]) => "GetFunctionConfiguration",
        ("POST", ["2015-03-31", "functions", _, "invocations"]) => "Invoke",
        ("GET", ["2015-03-31", "event-source-mappings"]) => "ListEventSourceMappings",
        ("GET", ["2015-03-31", "event-source-mappings", _]) => "GetEventSourceMapping",
        ("PUT", ["2015-03-31", "event-source-mappings", _]) => "UpdateEventSourceMapping",
        ("GET", ["2019-09-30", "functions", _, "concurrency"]) => "GetFunctionConcurrency",
        ("PUT", ["2017-10-31", "functions", _, "concurrency"]) => "PutFunctionConcurrency",
        ("DELETE", ["2017-10-31", "functions", _, "concurrency"]) => "DeleteFunctionConcurrency",
        ("GET", ["2016-08-19", "account-settings"]) => "GetAccountSettings",
        (_, ["2015-03-31" or "2016-08-19" or "2017-10-31" or "2019-09-30", ..]) => "Unknown",
        _ => null,
    };

    public static async Task<AwsAnswer> AnswerAsync(AwsCall call, AwsHttp http, LambdaFunction? function, CancellationToken cancellationToken) => call switch
    {
        { Operation: "ListFunctions" } => AwsAnswer.Json(call, new()
        {
            ["Functions"] = new JsonArray(function is null ? [] : [Shown(function.Settings)]),
        }),
        { Operation: "GetFunction", Path: [_, _, var name] } => AwsAnswer.Json(call, new()
        {
            ["Configuration"] = Shown(Named(name, function).Settings),
            ["Concurrency"] = Concurrency(Named(name, function)),
        }),
        { Operation: "GetFunctionConfiguration", Path: [_, _, var name, _] } => AwsAnswer.Json(call, Shown(Named(name, function).Settings)),
        { Operation: "GetFunctionConcurrency", Path: [_, _, var name, _] } => AwsAnswer.Json(call, Concurrency(Named(name, function))),
        { Operation: "PutFunctionConcurrency", Path: [_, _, var name, _] } => Reserved(call, Named(name, function), (int?)Body(http)["ReservedConcurrentExecutions"]
            ?? throw new AwsError("InvalidParameterValueException", "ReservedConcurrentExecutions is missing.", 400)),
        { Operation: "DeleteFunctionConcurrency", Path: [_, _, var name, _] } => Reserved(call, Named(name, function), null),
        { Operation: "GetAccountSettings" } => AwsAnswer.Json(call, AccountSettings(function)),
        { Operation: "ListEventSourceMappings" } => AwsAnswer.Json(call, new()
        {
            ["EventSourceMappings"] = new JsonArray([.. (call.Query["FunctionName"] is { } name ? Named(name, function) : function)?.Mappings.Select(mapping => (JsonNode)Shown(mapping)) ?? []]),
        }),
        { Operation: "GetEventSourceMapping", Path: [_, _, var id] } => AwsAnswer.Json(call, Shown(Mapping(id, function))),
        { Operation: "UpdateEventSourceMapping", Path: [_, _, var id] } => Updated(call, Mapping(id, function), Body(http)),
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

    private static EventSourceMapping Mapping(string id, LambdaFunction? function) => function?.Mappings.Find(mapping => mapping.Id == id)
        ?? throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);

    private static AwsAnswer Updated(AwsCall call, EventSourceMapping mapping, JsonObject wanted)
    {
        if (wanted["Enabled"] is { } enabled)
        {
            mapping.SetEnabled((bool)enabled);
        }

        return AwsAnswer.Json(call, Shown(mapping)) with { Status = 202 };
    }

    private static AwsAnswer Reserved(AwsCall call, LambdaFunction function, int? executions)
    {
        function.ReservedConcurrency = executions;
        return executions is null ? new(204, "application/json", "") : AwsAnswer.Json(call, Concurrency(function));
    }

    private static JsonObject Concurrency(LambdaFunction function) => function.ReservedConcurrency is { } executions ? new() { ["ReservedConcurrentExecutions"] = executions } : [];

    private static JsonObject AccountSettings(LambdaFunction? function) => new()
    {
        ["AccountLimit"] = new JsonObject
        {
            ["ConcurrentExecutions"] = LambdaFunction.AccountConcurrency,
            ["UnreservedConcurrentExecutions"] = LambdaFunction.AccountConcurrency - (function?.ReservedConcurrency ?? 0),
        },
        ["AccountUsage"] = new JsonObject { ["FunctionCount"] = function is null ? 0 : 1 },
    };

    private static JsonObject Body(AwsHttp http) => http.Body.Length == 0 ? [] : JsonNode.Parse(http.Body) as JsonObject ?? [];

    private static JsonObject Shown(EventSourceMapping mapping) => new()
    {
        ["UUID"] = mapping.Id,
        ["FunctionArn"] = mapping.FunctionArn,
        ["EventSourceArn"] = mapping.QueueArn,
        ["State"] = mapping.IsEnabled ? "Enabled" : "Disabled",
        ["StateTransitionReason"] = "USER_INITIATED",
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
        ["LastUpdateStatus"] = "Successful",
        ["LoggingConfig"] = new JsonObject { ["LogFormat"] = "Text", ["LogGroup"] = $"/aws/lambda/{settings.Name}" },
        ["LastModified"] = DateTimeOffset.UnixEpoch.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzz'00'", CultureInfo.InvariantCulture),
        ["Environment"] = new JsonObject
        {
            ["Variables"] = new JsonObject(settings.Environment.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
        },
    };
}
