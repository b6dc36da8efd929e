using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Kubernetes;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Sandbox.Kubernetes;

/// <summary>A cluster with two nodes under a clock that only the test moves, asked without sockets.</summary>
internal sealed class ClusterFixture : IDisposable
{
    public const string DrainerRbac = """
        kind: ClusterRole
        apiVersion: rbac.authorization.k8s.io/v1
        metadata: { name: node-drainer }
        rules:
        - { apiGroups: [""], resources: [nodes], verbs: [get, list, watch, patch] }
        - { apiGroups: [""], resources: [pods], verbs: [get, list, watch, delete] }
        - { apiGroups: [""], resources: [pods/eviction], verbs: [create] }
        ---
        kind: ClusterRoleBinding
        apiVersion: rbac.authorization.k8s.io/v1
        metadata: { name: node-drainer }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: node-drainer }
        subjects:
        - { kind: Group, apiGroup: rbac.authorization.k8s.io, name: node-drainer }
        """;

    public static readonly ApiUser Drainer = new("drainer", ["node-drainer", "system:authenticated"]);

    public ClusterFixture(ClusterSettings? settings = null)
    {
        World = new(Time, seed: 1);
        Cluster = new(World, settings ?? new() { Name = "blue", Rbac = DrainerRbac });
        Cluster.AddNode(One);
        Cluster.AddNode(Two);
    }

    public static Machine One { get; } = MachineOf(1);

    public static Machine Two { get; } = MachineOf(2);

    public FakeTimeProvider Time { get; } = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public SimulatedWorld World { get; }

    public Cluster Cluster { get; }

    public static Machine MachineOf(int number) =>
        new($"i-0000000000000000{number}", $"ip-10-0-0-{number}.eu-central-1.compute.internal", "eu-central-1a", "blue", $"node-{number}");

    /// <summary>From one entry of the agenda to the next, so that what follows from one is reckoned from when it happened.</summary>
    public void Pass(double seconds)
    {
        var end = Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (World.Agenda.NextDue is { } next && next <= end)
        {
            var wait = next - Time.GetUtcNow();
            Time.Advance(wait > TimeSpan.Zero ? wait : TimeSpan.FromTicks(1));
        }

        if (Time.GetUtcNow() < end)
        {
            Time.SetUtcNow(end);
        }
    }

    public ApiResponse Ask(string method, string path, JsonNode? body = null, string contentType = "application/json", ApiUser? user = null) =>
        Cluster.Api.Handle(ApiRequest.To(method, path, user ?? ApiUser.Admin, body, contentType));

    public ApiResponse Patch(string path, string patch, string kind = "strategic-merge-patch") =>
        Ask("PATCH", path, JsonNode.Parse(patch), $"application/{kind}+json");

    public ApiResponse Evict(string name, JsonObject? options = null, string space = "default", ApiUser? user = null, string version = "policy/v1") =>
        Ask("POST", $"/api/v1/namespaces/{space}/pods/{name}/eviction", Eviction(name, space, options, version), user: user);

    public static JsonObject Eviction(string name, string space, JsonObject? options, string version = "policy/v1")
    {
        var eviction = new JsonObject { ["apiVersion"] = version, ["kind"] = "Eviction", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space } };
        if (options is not null)
        {
            eviction["deleteOptions"] = options;
        }

        return eviction;
    }

    public WatchStream Watch(string path) => Ask("GET", path).Watch!;

    public static IReadOnlyList<WatchEvent> Read(WatchStream watch)
    {
        var events = new List<WatchEvent>();
        while (watch.TryRead(out var next))
        {
            events.Add(next);
        }

        return events;
    }

    public static string[] Types(WatchStream watch) => [.. Read(watch).Select(one => one.Type)];

    public JsonObject? Pod(string name) => Cluster.Pod("default", name);

    public string[] PodNames(string node) => [.. Cluster.PodsOn(node).Select(pod => pod.Name())];

    public IEnumerable<string> Told(string what) => World.Tape.Happenings.Where(one => one.What == what).Select(one => one.Subject);

    public void Dispose() => World.Dispose();
}
