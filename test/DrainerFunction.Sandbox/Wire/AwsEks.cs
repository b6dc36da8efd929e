using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>EKS in REST and JSON (2017-11-01).</summary>
internal static class AwsEks
{
    public static JsonObject Answer(AwsCall call, AwsRegion region) => call switch
    {
        { Operation: "ListClusters" } => List(call, region),
        { Operation: "DescribeCluster", Path: [_, var name] } => new() { ["cluster"] = Shown(region.Eks.DescribeCluster(name)) },
        { Operation: "ListAccessEntries", Path: [_, var name, _] } => new()
        {
            ["accessEntries"] = new JsonArray([.. region.Eks.ListAccessEntries(region.Eks.DescribeCluster(name).Name).Select(entry => (JsonNode)entry.PrincipalArn)]),
        },
        { Operation: "DescribeAccessEntry", Path: [_, var name, _, var principal] } => new() { ["accessEntry"] = Shown(Entry(region, name, principal)) },
        { Operation: "CreateAccessEntry", Path: [_, var name, _] } when call.Json["principalArn"]?.ToString() is { } principal => Created(call, region, name, principal),
        { Operation: "UpdateAccessEntry", Path: [_, var name, _, var principal] } => new() { ["accessEntry"] = Shown(Put(call, region, Entry(region, name, principal))) },
        { Operation: "DeleteAccessEntry", Path: [_, var name, _, var principal] } => Deleted(region, Entry(region, name, principal)),
        _ => throw new AwsError("UnknownOperationException", "The path is not one of EKS that is known here.", 404),
    };

    private static JsonObject List(AwsCall call, AwsRegion region)
    {
        var page = Pages.Of(region.Eks.ListClusters(), call.Query.Number("maxResults") ?? 100, call.Query["nextToken"]);
        return new() { ["clusters"] = new JsonArray([.. page.Items.Select(name => (JsonNode)name)]), ["nextToken"] = page.NextToken };
    }

    private static JsonObject Shown(EksCluster cluster) => new()
    {
        ["name"] = cluster.Name,
        ["arn"] = cluster.Arn,
        ["createdAt"] = cluster.CreatedAt.ToUnixTimeMilliseconds() / 1000.0,
        ["version"] = cluster.Version,
        // A cluster that is being created has neither endpoint nor CA yet.
        ["endpoint"] = cluster.Status == "CREATING" ? null : cluster.Endpoint.AbsoluteUri.TrimEnd('/'),
        ["certificateAuthority"] = cluster.Status == "CREATING" ? [] : new JsonObject { ["data"] = cluster.CertificateAuthority },
        ["roleArn"] = cluster.RoleArn,
        ["status"] = cluster.Status,
        ["platformVersion"] = cluster.PlatformVersion,
        ["identity"] = new JsonObject { ["oidc"] = new JsonObject { ["issuer"] = cluster.OidcIssuer } },
        ["accessConfig"] = new JsonObject { ["authenticationMode"] = cluster.AuthenticationMode },
        ["kubernetesNetworkConfig"] = new JsonObject { ["serviceIpv4Cidr"] = "172.20.0.0/16", ["ipFamily"] = "ipv4" },
        ["tags"] = new JsonObject(cluster.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))),
    };

    private static JsonObject Shown(AccessEntry entry) => new()
    {
        ["clusterName"] = entry.ClusterName,
        ["principalArn"] = entry.PrincipalArn,
        ["kubernetesGroups"] = new JsonArray([.. entry.Groups.Select(group => (JsonNode)group)]),
        ["username"] = entry.Username,
        ["type"] = "STANDARD",
    };

    private static JsonObject Created(AwsCall call, AwsRegion region, string cluster, string principal) =>
        region.Eks.ListAccessEntries(cluster).Any(entry => entry.PrincipalArn == principal)
            ? throw new AwsError("ResourceInUseException", "The specified access entry resource is already in use on this cluster.", 409)
            : new() { ["accessEntry"] = Shown(Put(call, region, new(cluster, principal, call.Json["username"]?.ToString() ?? "", []))) };

    private static AccessEntry Put(AwsCall call, AwsRegion region, AccessEntry entry) => region.Eks.CreateAccessEntry(
        entry.ClusterName,
        entry.PrincipalArn,
        entry.Username is "" ? null : entry.Username,
        call.Json["kubernetesGroups"] is JsonArray groups ? [.. groups.Select(group => group!.ToString())] : entry.Groups);

    private static JsonObject Deleted(AwsRegion region, AccessEntry entry)
    {
        region.Eks.DeleteAccessEntry(entry.ClusterName, entry.PrincipalArn);
        return [];
    }

    private static AccessEntry Entry(AwsRegion region, string cluster, string principal) =>
        region.Eks.ListAccessEntries(cluster).FirstOrDefault(entry => entry.PrincipalArn == principal)
        ?? throw new AwsError("ResourceNotFoundException", "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.", 404);
}
