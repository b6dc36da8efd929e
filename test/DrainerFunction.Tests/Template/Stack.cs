using System.Reflection;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction;

/// <summary>What template.yaml makes with these parameters; read by the same code that loads it into the sandbox.</summary>
internal sealed class Stack
{
    private readonly IReadOnlyDictionary<string, JsonObject> resources;

    private Stack(IReadOnlyDictionary<string, JsonObject> resources) => this.resources = resources;

    public static string Root { get; } =
        typeof(Stack).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    public static YamlMappingNode Document { get; } = Load("template.yaml")[0];

    public static IReadOnlyDictionary<string, YamlMappingNode> Parameters { get; } =
        ((YamlMappingNode)Document["Parameters"]).Children.ToDictionary(entry => entry.Key.ToString(), entry => (YamlMappingNode)entry.Value);

    /// <summary>Every switch on, so that everything the template can make is made.</summary>
    public static IReadOnlyDictionary<string, string> Everything { get; } = new Dictionary<string, string>
    {
        ["ClusterNames"] = "one,two,three,four,five,six",
        ["Accounts"] = "123456789012,210987654321",
        ["Regions"] = "eu-west-1,eu-central-1",
        ["AssumeRoleName"] = "node-drainer",
        ["AssumeRoleExternalId"] = "an-external-id",
        ["WebhookUrlParameter"] = "/node-drainer/webhook",
        ["RoleName"] = "node-drainer",
        ["RolePath"] = "/platform/",
        ["PermissionsBoundaryArn"] = "arn:aws:iam::123456789012:policy/boundary",
        ["CreateHookNotificationRole"] = "true",
        ["KmsKeyArn"] = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d",
        ["SubnetIds"] = "subnet-0a,subnet-0b",
        ["SecurityGroupIds"] = "sg-0a",
        ["AlarmTopicArn"] = "arn:aws:sns:eu-west-1:123456789012:on-call",
    };

    public IEnumerable<string> LogicalIds => resources.Keys;

    public static Stack Of(IReadOnlyDictionary<string, string>? parameters = null) => Of("template.yaml", parameters);

    public static Stack Of(string template, IReadOnlyDictionary<string, string>? parameters)
    {
        using var world = new SimulatedWorld(TimeProvider.System, seed: 1);
        return new(DrainerFunction.Sandbox.World.Aws.Template.Parse(Text(template), world.Aws.Default, parameters).Resources);
    }

    public static Stack With(params (string Name, string Value)[] parameters) => Of(parameters.ToDictionary(one => one.Name, one => one.Value));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IReadOnlyList<YamlMappingNode> Load(string path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text(path)));
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    public JsonObject Resource(string logicalId) => resources[logicalId];

    public JsonObject Properties(string logicalId) => (JsonObject)resources[logicalId]["Properties"]!;

    public IReadOnlyDictionary<string, JsonObject> OfType(string type) =>
        resources.Where(resource => resource.Value["Type"]!.ToString() == type).ToDictionary(resource => resource.Key, resource => (JsonObject)resource.Value["Properties"]!);

    public IReadOnlyDictionary<string, string> Settings =>
        ((JsonObject)Properties("DrainerFunction")["Environment"]!["Variables"]!).ToDictionary(variable => variable.Key, variable => variable.Value?.ToString() ?? "");

    /// <summary>The statements of a role. One policy is JSON in a string, because a parameter is a key in it.</summary>
    public IEnumerable<JsonObject> Statements(string role) =>
        from policy in (JsonArray)Properties(role)["Policies"]!
        let document = policy!["PolicyDocument"]!
        from statement in (JsonArray)(document is JsonObject ? document : JsonNode.Parse(document.ToString())!)["Statement"]!
        select (JsonObject)statement!;

    public static IEnumerable<string> Many(JsonNode? node) => node is JsonArray list ? list.Select(one => one!.ToString()) : [node!.ToString()];
}
