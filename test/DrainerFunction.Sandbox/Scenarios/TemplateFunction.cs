using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>The function and its mappings as template.yaml describes them, with what a scenario says differently.</summary>
internal sealed class TemplateFunction
{
    private readonly Template _template;
    private readonly JsonObject _properties;
    private readonly AwsRegion _region;
    private IReadOnlyDictionary<string, Role> _roles = new Dictionary<string, Role>();

    public TemplateFunction(AwsRegion region, IReadOnlyDictionary<string, string> parameters)
    {
        _region = region;
        Queues = region.Events.LoadRules(Yaml, parameters);
        _template = Template.Parse(Yaml, region, parameters);
        _properties = (JsonObject)_template.Resources.Values.Single(IsFunction)["Properties"]!;
    }

    public static string Yaml { get; } = Resource("template.yaml");

    public static string Rbac { get; } = Resource("rbac.yaml");

    public static string Admission { get; } = Resource("admission.yaml");

    public static string CheckRbac { get; } = Resource("rbac-check.yaml");

    /// <summary>Names by logical id.</summary>
    public IReadOnlyDictionary<string, string> Queues { get; }

    /// <summary>The stack's roles by their logical ids: the queues' policies and the function's environment name them.</summary>
    public void Know(IReadOnlyDictionary<string, Role> roles)
    {
        _roles = roles;
        new TemplateRules(_region, _template).LoadPolicies(roles);
    }

    public FunctionSettings Settings(FunctionPart differently) => new()
    {
        Account = _region.Account,
        Region = _region.Name,
        Timeout = differently.Timeout ?? TimeSpan.FromSeconds(Number(_properties["Timeout"]) ?? 3),
        MemoryMegabytes = differently.Memory ?? Number(_properties["MemorySize"]) ?? 128,
        ReservedConcurrency = differently.Concurrency ?? Number(_properties["ReservedConcurrentExecutions"]),
        RecursiveLoopAllowed = differently.RecursiveLoop ?? _properties["RecursiveLoop"]?.ToString() == "Allow",
        Environment = Variables(differently.Environment),
    };

    /// <summary>The parameters of the template and their defaults are the way to change it; a scenario's word comes last.</summary>
    public IReadOnlyList<MappingSettings> Mappings(MappingPart differently) =>
    [
        .. from resource in _template.Resources
           where resource.Value["Type"]?.ToString() == "AWS::Lambda::EventSourceMapping"
           select Mapping((JsonObject)resource.Value["Properties"]!, differently),
    ];

    private MappingSettings Mapping(JsonObject properties, MappingPart differently)
    {
        var usual = new MappingSettings { Queue = Queues[LogicalId(properties["EventSourceArn"]!.ToString())] };
        return usual with
        {
            IsEnabled = !differently.Disabled.Contains(LogicalId(properties["EventSourceArn"]!.ToString())),
            BatchSize = differently.BatchSize ?? Number(properties["BatchSize"]) ?? usual.BatchSize,
            BatchingWindow = differently.BatchingWindow ?? TimeSpan.FromSeconds(Number(properties["MaximumBatchingWindowInSeconds"]) ?? 0),
            MaximumConcurrency = differently.MaximumConcurrency ?? Number(properties["ScalingConfig"]?["MaximumConcurrency"]) ?? usual.MaximumConcurrency,
            First = differently.FirstConcurrency ?? usual.First,
            AddedPerMinute = differently.AddedPerMinute ?? usual.AddedPerMinute,
            ReportsBatchItemFailures = differently.ReportsFailures && properties["FunctionResponseTypes"] is JsonArray types && types.Any(type => type!.ToString() == "ReportBatchItemFailures"),
        };
    }

    private Dictionary<string, string> Variables(Dictionary<string, string> differently)
    {
        var variables = new Dictionary<string, string>();
        foreach (var (name, value) in _properties["Environment"]?["Variables"] as JsonObject ?? [])
        {
            variables[name] = Resolve(value?.ToString() ?? "");
        }

        foreach (var (name, value) in differently)
        {
            variables[name] = Resolve(value);
        }

        return variables;
    }

    /// <summary>A reference to a queue is its URL, one to a role its unique id.</summary>
    private string Resolve(string value) => !value.StartsWith("${", StringComparison.Ordinal) ? value
        : Queues.TryGetValue(LogicalId(value), out var queue) ? _region.Sqs.GetQueueUrl(queue)
        : _roles.TryGetValue(LogicalId(value), out var role) ? role.Id
        : value;

    private static string LogicalId(string reference) => reference.TrimStart('$', '{').TrimEnd('}').Split('.')[0];

    private static bool IsFunction(JsonObject resource) => resource["Type"]?.ToString() == "AWS::Serverless::Function";

    private static int? Number(JsonNode? node) => node is null ? null : int.Parse(node.ToString(), CultureInfo.InvariantCulture);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
