using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>
/// A CloudFormation or SAM template with its parameters, conditions and common functions worked out: what would be
/// created. A reference to another resource stays readable: <c>${LogicalId}</c> or <c>${LogicalId.Attribute}</c>.
/// </summary>
internal sealed partial class Template
{
    private readonly Dictionary<string, string> _parameters = [];
    private readonly Dictionary<string, YamlNode> _conditions = [];
    private readonly Dictionary<string, JsonObject> _resources = [];

    private Template(AwsRegion region)
    {
        _parameters["AWS::Region"] = region.Name;
        _parameters["AWS::AccountId"] = region.Account;
        _parameters["AWS::Partition"] = region.Partition;
        _parameters["AWS::URLSuffix"] = region.DnsSuffix;
        _parameters["AWS::StackName"] = "sandbox";
    }

    /// <summary>Type, Properties and the rest by logical id; those whose condition does not hold are left out.</summary>
    public IReadOnlyDictionary<string, JsonObject> Resources => _resources;

    public static Template Parse(string yaml, AwsRegion region, IReadOnlyDictionary<string, string>? parameters = null)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var template = new Template(region);
        foreach (var (name, declaration) in Entries(root, "Parameters"))
        {
            template._parameters[name] = parameters?.GetValueOrDefault(name) ?? Child(declaration, "Default")?.ToString() ?? "";
        }

        foreach (var (name, condition) in Entries(root, "Conditions"))
        {
            template._conditions[name] = condition;
        }

        foreach (var (name, resource) in Entries(root, "Resources"))
        {
            if (Child(resource, "Condition") is not { } condition || template.Holds(condition.ToString()))
            {
                template._resources[name] = (JsonObject)template.Evaluate(resource)!;
            }
        }

        return template;
    }

    private JsonNode? Evaluate(YamlNode node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value.StartsWith('!'))
        {
            return Apply(node.Tag.Value[1..], node);
        }

        switch (node)
        {
            case YamlMappingNode { Children.Count: 1 } map when map.Children.Single() is var (key, value) && IsFunction(key.ToString()):
                return Apply(key.ToString().Replace("Fn::", "", StringComparison.Ordinal), value);
            case YamlMappingNode map:
                var result = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    if (!IsNoValue(value))
                    {
                        result[key.ToString()] = Evaluate(value);
                    }
                }

                return result;
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Children.Where(child => !IsNoValue(child)).Select(Evaluate)]);
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    private JsonNode? Apply(string function, YamlNode argument) => function switch
    {
        "Ref" => _parameters.GetValueOrDefault(argument.ToString()) ?? $"${{{argument}}}",
        "GetAtt" => argument is YamlSequenceNode parts ? $"${{{string.Join('.', parts.Children)}}}" : $"${{{argument}}}",
        "Sub" => argument is YamlSequenceNode list ? Substitute(list[0].ToString(), (YamlMappingNode)list[1]) : Substitute(argument.ToString()),
        "If" => Evaluate(Chosen((YamlSequenceNode)argument)),
        "Join" => Join((YamlSequenceNode)argument),
        "Split" => Split((YamlSequenceNode)argument),
        "Select" => Select((YamlSequenceNode)argument),
        "Condition" => Holds(argument.ToString()),
        _ => argument.ToString(),
    };

    private YamlNode Chosen(YamlSequenceNode condition) => condition[Holds(condition[0].ToString()) ? 1 : 2];

    private bool IsNoValue(YamlNode node) => node switch
    {
        YamlSequenceNode condition when Is(node, "!If") => IsNoValue(Chosen(condition)),
        YamlMappingNode { Children.Count: 1 } map when map.Children.Single() is var (key, value) && key.ToString() == "Fn::If" => IsNoValue(Chosen((YamlSequenceNode)value)),
        _ => Is(node, "!Ref") && node.ToString() == "AWS::NoValue",
    };

    private bool Holds(string condition) => Truth(_conditions[condition]);

    private bool Truth(YamlNode node)
    {
        var (function, argument) = node is YamlMappingNode { Children.Count: 1 } map
            ? (map.Children.Single().Key.ToString().Replace("Fn::", "", StringComparison.Ordinal), map.Children.Single().Value)
            : (node.Tag.IsEmpty ? "" : node.Tag.Value.TrimStart('!'), node);
        return (function, argument) switch
        {
            ("Equals", YamlSequenceNode pair) => Evaluate(pair[0])?.ToString() == Evaluate(pair[1])?.ToString(),
            ("Not", YamlSequenceNode one) => !Truth(one[0]),
            ("And", YamlSequenceNode all) => all.Children.All(Truth),
            ("Or", YamlSequenceNode any) => any.Children.Any(Truth),
            ("Condition", var name) => Holds(name.ToString()),
            _ => throw new FormatException($"The template has a condition that the sandbox cannot work out: {node}"),
        };
    }

    private string Substitute(string text) =>
        Placeholder().Replace(text, match => _parameters.GetValueOrDefault(match.Groups[1].Value) ?? match.Value);

    // The function's own variables come before the parameters.
    private string Substitute(string text, YamlMappingNode variables) =>
        Placeholder().Replace(text, match => variables.Children.TryGetValue(new YamlScalarNode(match.Groups[1].Value), out var value)
            ? Evaluate(value)?.ToString() ?? ""
            : Substitute(match.Value));

    private JsonArray Split(YamlSequenceNode argument) =>
        [.. Evaluate(argument[1])!.ToString().Split(argument[0].ToString()).Select(part => JsonValue.Create(part))];

    private JsonNode? Select(YamlSequenceNode argument) =>
        Evaluate(argument[1])![int.Parse(argument[0].ToString(), CultureInfo.InvariantCulture)]?.DeepClone();

    private string Join(YamlSequenceNode argument) =>
        string.Join(argument[0].ToString(), ((JsonArray)Evaluate(argument[1])!).Select(part => part?.ToString()));

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return text;
        }

        return text switch
        {
            "true" or "True" => true,
            "false" or "False" => false,
            "" or "null" or "~" => null,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ => text,
        };
    }

    private static bool IsFunction(string key) => key is "Ref" || key.StartsWith("Fn::", StringComparison.Ordinal);

    private static bool Is(YamlNode node, string tag) => !node.Tag.IsEmpty && node.Tag.Value == tag;

    private static IEnumerable<(string Name, YamlNode Node)> Entries(YamlMappingNode root, string section) =>
        Child(root, section) is YamlMappingNode map ? map.Children.Select(child => (child.Key.ToString(), child.Value)) : [];

    private static YamlNode? Child(YamlNode node, string name) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    [GeneratedRegex(@"\$\{([A-Za-z0-9:]+)\}")]
    private static partial Regex Placeholder();
}
