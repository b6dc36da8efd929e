using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>For each node of a real cluster an instance in the sandbox's EC2, all in one Auto Scaling group with a hook.</summary>
internal static partial class RealNodes
{
    private const string Source = "The nodes of a real cluster";

    /// <exception cref="ScenarioException">The cluster does not answer with its nodes; the message is for the user.</exception>
    public static async Task<Scenario> WorldAsync(UpstreamCluster cluster, CancellationToken cancellationToken)
    {
        var nodes = await NodesAsync(cluster, cancellationToken);
        var name = NotAllowed().Replace(cluster.Name, "-").Trim('-');
        var scenario = new Scenario
        {
            Name = name,
            Description = $"The cluster {cluster.Name} at {cluster.Server}.",
            Speed = 1,
            Clusters = [new() { Name = name }],
            Groups =
            [
                new()
                {
                    Name = "nodes",
                    Cluster = name,
                    Spot = true,
                    Hooks = [new() { Name = "node-drainer", Heartbeat = TimeSpan.FromMinutes(5) }],
                    Instances = [.. nodes.Select(node => node["metadata"]!["name"]!.ToString())],
                    Ids = [.. nodes.Select(InstanceId)],
                },
            ],
        };
        ScenarioRules.Check(scenario, Source);
        return scenario;
    }

    /// <summary>The node's own instance, or one made up from its name where it is not EC2's (kind, minikube): always the same.</summary>
    public static string InstanceId(JsonObject node) =>
        node["spec"]?["providerID"]?.ToString() is { } provider && Ec2Id().Match(provider) is { Success: true } match ? match.Value : MadeUpId(node["metadata"]!["name"]!.ToString());

    /// <summary>What the node of an EC2 instance would say of itself; null if it says so already.</summary>
    public static string? MissingProviderId(JsonObject node, string zone) =>
        node["spec"]?["providerID"]?.ToString() is { } provider && Ec2Id().IsMatch(provider) ? null : $"aws:///{zone}/{InstanceId(node)}";

    private static string MadeUpId(string name) =>
        "i-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..17];

    private static async Task<IReadOnlyList<JsonObject>> NodesAsync(UpstreamCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, cluster.Address("/api/v1/nodes"));
            using var response = await cluster.SendAsync(request, cancellationToken);
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode && body?["items"] is JsonArray items && items.Count > 0
                ? [.. items.OfType<JsonObject>()]
                : throw new ScenarioException($"{cluster.Server} does not say which nodes it has: {(int)response.StatusCode} {body?["message"]}");
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or JsonException)
        {
            throw new ScenarioException($"{cluster.Server} cannot be asked for its nodes: {unreachable.GetBaseException().Message}", unreachable);
        }
    }

    [GeneratedRegex("i-(?:[0-9a-f]{17}|[0-9a-f]{8})$")]
    private static partial Regex Ec2Id();

    [GeneratedRegex("[^0-9A-Za-z_-]+")]
    private static partial Regex NotAllowed();
}
