using System.Text.Json;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.ApiServer;

/// <summary>The two bodies that end a pod. Both name its UID, so that a successor of the same name is safe.</summary>
internal static class EvictionBodies
{
    public static string Eviction(PodName pod, TimeSpan? gracePeriod) => JsonBody.TextOf(json =>
    {
        json.WriteString("apiVersion", "policy/v1");
        json.WriteString("kind", "Eviction");
        json.WriteStartObject("metadata");
        json.WriteString("name", pod.Name);
        json.WriteString("namespace", pod.Namespace);
        json.WriteEndObject();
        json.WriteStartObject("deleteOptions");
        Options(json, pod, gracePeriod);
        json.WriteEndObject();
    });

    public static string Deletion(PodName pod, TimeSpan gracePeriod) => JsonBody.TextOf(json =>
    {
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "DeleteOptions");
        Options(json, pod, gracePeriod);
    });

    private static void Options(Utf8JsonWriter json, PodName pod, TimeSpan? gracePeriod)
    {
        if (gracePeriod is { } grace)
        {
            json.WriteNumber("gracePeriodSeconds", (long)grace.TotalSeconds);
        }

        json.WriteStartObject("preconditions");
        json.WriteString("uid", pod.Uid);
        json.WriteEndObject();
    }
}
