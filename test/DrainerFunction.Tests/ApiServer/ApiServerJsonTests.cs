using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Our own reader of Kubernetes' objects against the library's: no field may be lost, and none be written otherwise.</summary>
public sealed class ApiServerJsonTests
{
    private static readonly DateTime Moment = new(2026, 11, 22, 21, 4, 5, 678, DateTimeKind.Utc);

    [Fact]
    public void Every_field_of_a_pod_is_read() => ReadsEveryField<V1Pod>();

    [Fact]
    public void Every_field_of_a_list_of_pods_is_read() => ReadsEveryField<V1PodList>();

    [Fact]
    public void Every_field_of_a_node_is_read() => ReadsEveryField<V1Node>();

    [Fact]
    public void Every_field_of_a_list_of_nodes_is_read() => ReadsEveryField<V1NodeList>();

    [Fact]
    public void Every_field_of_a_disruption_budget_is_read() => ReadsEveryField<V1PodDisruptionBudget>();

    [Fact]
    public void Every_field_of_a_list_of_disruption_budgets_is_read() => ReadsEveryField<V1PodDisruptionBudgetList>();

    [Fact]
    public void An_event_is_written_as_the_library_writes_it()
    {
        var full = (Corev1Event)Full(typeof(Corev1Event), 0)!;

        Assert.Equal(KubernetesJson.Serialize(full), ApiServerJson.Write(full));
    }

    [Fact]
    public void What_is_not_known_is_passed_over()
    {
        var pod = ApiServerJson.Read<V1Pod>("""{"kind":"Pod","metadata":{"name":"web","fromTheFuture":{"a":[1]}},"spec":{"containers":[{"name":"c","image":"i","later":1}],"nodeName":"n"}}"""u8);

        Assert.Equal(("web", "n"), (pod.Metadata.Name, pod.Spec.NodeName));
    }

    [Theory]
    [InlineData("2026-11-22T21:04:05Z")]
    [InlineData("2026-11-22T21:04:05.000000Z")]
    [InlineData("2026-11-22T22:04:05+01:00")]
    public void A_time_is_the_same_moment_however_it_is_written(string written)
    {
        var pod = ApiServerJson.Read<V1Pod>(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"web","deletionTimestamp":"{{{written}}}"}}"""));

        Assert.Equal(new DateTime(2026, 11, 22, 21, 4, 5, DateTimeKind.Utc), pod.Metadata.DeletionTimestamp);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"metadata":"web"}""")]
    public void What_is_no_object_of_its_kind_is_refused(string text) =>
        Assert.ThrowsAny<JsonException>(() => ApiServerJson.Read<V1Pod>(Encoding.UTF8.GetBytes(text)));

    private static void ReadsEveryField<T>()
    {
        var written = KubernetesJson.Serialize(Full(typeof(T), 0));

        var read = ApiServerJson.Read<T>(Encoding.UTF8.GetBytes(written));

        Assert.Contains("\"name\"", written, StringComparison.Ordinal);
        Assert.Equal(written, KubernetesJson.Serialize(read));
    }

    /// <summary>One value of a type with all that it can hold.</summary>
    private static object? Full(Type type, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => $"text {depth}",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) || type == typeof(long) || type == typeof(double) => Convert.ChangeType(depth + 1, type, null),
            _ when type == typeof(DateTime) => Moment,
            _ when type == typeof(byte[]) => new byte[] { 1, 2, 3 },
            _ when type == typeof(IntOrString) => (IntOrString)"25%",
            _ when type == typeof(ResourceQuantity) => new ResourceQuantity("250m"),
            _ when type == typeof(object) => null,
            { IsGenericType: true } when typeof(IDictionary).IsAssignableFrom(type) || type.GetGenericTypeDefinition() == typeof(IDictionary<,>) => FullMap(type, depth),
            { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IList<>) => FullList(type, depth),
            _ => FullObject(type, depth),
        };
    }

    private static IDictionary FullMap(Type type, int depth)
    {
        var types = type.GetGenericArguments();
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(types))!;
        map["a key"] = Full(types[1], depth + 1);
        return map;
    }

    private static IList FullList(Type type, int depth)
    {
        var of = type.GetGenericArguments()[0];
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(of))!;
        list.Add(Full(of, depth + 1));
        return list;
    }

    private static object FullObject(Type type, int depth)
    {
        var thing = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null))
        {
            property.SetValue(thing, Full(property.PropertyType, depth + 1));
        }

        return thing;
    }
}
