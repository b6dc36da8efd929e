using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using DrainerFunction.Builders;
using k8s;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Our own reader of Kubernetes' objects against the library's: no field may be lost, and none be written otherwise.</summary>
public sealed class ApiServerJsonTests
{
    private static readonly DateTime Moment = new(2026, 11, 22, 21, 4, 5, 678, DateTimeKind.Utc);

    [Fact]
    public void Of_a_pod_everything_is_read_that_a_drain_asks_of_it() => Assert.Equal(Asked(Library<V1Pod>()), Asked(Ours<V1Pod>()));

    [Fact]
    public void Of_a_list_of_pods_every_pod_and_where_it_goes_on_are_read()
    {
        var (library, ours) = (Library<V1PodList>(), Ours<V1PodList>());

        Assert.Equal((library.Metadata.ResourceVersion, library.Metadata.ContinueProperty), (ours.Metadata.ResourceVersion, ours.Metadata.ContinueProperty));
        Assert.Equal(Asked(Assert.Single(library.Items)), Asked(Assert.Single(ours.Items)));
    }

    [Fact]
    public void Of_a_node_everything_is_read_that_is_looked_at_or_written_back()
    {
        var (library, ours) = (Library<V1NodeList>().Items[0], Ours<V1NodeList>().Items[0]);

        foreach (var look in new Func<V1Node, object?>[]
        {
            node => node.Metadata.Annotations, node => node.Metadata.Labels, node => node.Metadata.ResourceVersion, node => node.Metadata.Name,
            node => node.Metadata.CreationTimestamp, node => node.Spec.Taints, node => node.Spec.Unschedulable, node => node.Spec.ProviderID,
            node => node.Status.VolumesAttached, node => node.Status.NodeInfo.BootID, node => node.Status.Conditions,
        })
        {
            Assert.NotNull(look(library));
            Assert.Equal(JsonSerializer.Serialize(look(library)), JsonSerializer.Serialize(look(ours)));
        }
    }

    [Fact]
    public void Of_a_disruption_budget_its_numbers_and_its_selector_are_read()
    {
        var (library, ours) = (Library<V1PodDisruptionBudgetList>().Items[0], Ours<V1PodDisruptionBudgetList>().Items[0]);

        foreach (var look in new Func<V1PodDisruptionBudget, object?>[]
        {
            budget => budget.Metadata.Name, budget => budget.Metadata.NamespaceProperty, budget => budget.Spec.Selector, budget => budget.Status.DisruptionsAllowed,
            budget => budget.Status.CurrentHealthy, budget => budget.Status.DesiredHealthy, budget => budget.Status.ExpectedPods,
        })
        {
            Assert.NotNull(look(library));
            Assert.Equal(JsonSerializer.Serialize(look(library)), JsonSerializer.Serialize(look(ours)));
        }
    }

    [Fact]
    public void What_nobody_looks_at_is_not_even_read()
    {
        var pod = Ours<V1Pod>();

        Assert.Null(pod.Spec.Containers);
        Assert.Null(Assert.Single(pod.Status.ContainerStatuses).Image);
        Assert.Equal("{}", KubernetesJson.Serialize(Assert.Single(pod.Metadata.ManagedFields)));
    }

    [Fact]
    public void A_form_that_is_not_known_yet_where_nobody_looks_does_no_harm()
    {
        var pod = ApiServerJson.Read<V1Pod>("""
            {"metadata":{"name":"web"},"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"three"}}}],"overhead":{"cpu":""},"volumes":[{"name":"v","emptyDir":{"sizeLimit":"much"}}]},
             "status":{"startTime":"soon","podIPs":"many","containerStatuses":[{"restartCount":"often","state":{"terminated":{"exitCode":"none"}}}]}}
            """u8);

        Assert.True(pod.HasEmptyDir);
    }

    [Fact]
    public void An_event_is_written_as_the_library_writes_it()
    {
        var full = (Corev1Event)Full(typeof(Corev1Event), 0)!;
        full.Metadata.ManagedFields = null;

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

    private static string Written<T>() => KubernetesJson.Serialize(Full(typeof(T), 0));

    private static T Library<T>() => KubernetesJson.Deserialize<T>(Written<T>());

    private static T Ours<T>() => ApiServerJson.Read<T>(Encoding.UTF8.GetBytes(Written<T>()));

    private static string Asked(V1Pod pod)
    {
        string[] answers =
        [
            $"{pod.FullName}", $"{pod.Controller?.Kind}/{pod.Controller?.Name}", $"{pod.IsMirror}", $"{pod.IsOwnedByDaemonSet}", $"{pod.IsFinished} {pod.Status.Phase}",
            $"{pod.TerminatedBy:O}", $"{pod.CreatedAt:O}", $"{pod.OwnGracePeriod}", $"{pod.HasEmptyDir}", $"{pod.IsCritical} {pod.Spec.Priority} {pod.Spec.PriorityClassName}",
            $"{pod.OptOut}", string.Join(' ', pod.Claims), JsonSerializer.Serialize(pod.Spec.Tolerations), JsonSerializer.Serialize(pod.Metadata.Annotations),
            $"{pod.HasEnded} {pod.With(it => it.Status.Phase = "Running").HasEnded} {pod.With(it => it.Status.ContainerStatuses[0].State.Terminated = null).HasEnded}",
            string.Join(' ', pod.Metadata.Finalizers), JsonSerializer.Serialize(pod.Metadata.Labels), $"{pod.Metadata.ResourceVersion}",
        ];
        Assert.All(answers[..^1], answer => Assert.NotEqual("", answer == answers[10] ? "none" : answer));
        return string.Join('\n', answers);
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
        map["node-drainer/key"] = Full(types[1], depth + 1);
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
