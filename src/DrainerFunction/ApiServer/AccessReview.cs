using System.Text.Json;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.ApiServer;

/// <summary>A SelfSubjectAccessReview: a question in the form of an object, which the API server answers and does not keep.</summary>
internal static class AccessReview
{
    public const string Path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    public static string Of(ClusterRight right) => JsonBody.TextOf(json =>
    {
        json.WriteString("apiVersion", "authorization.k8s.io/v1");
        json.WriteString("kind", "SelfSubjectAccessReview");
        json.WriteStartObject("spec");
        json.WriteStartObject("resourceAttributes");
        json.WriteString("verb", right.Verb);
        json.WriteString("group", right.Group);
        json.WriteString("resource", right.Resource.Split('/')[0]);
        if (right.Resource.Split('/') is [_, var subresource])
        {
            json.WriteString("subresource", subresource);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static bool IsAllowed(JsonElement review) =>
        JsonText.Member(JsonText.Member(review, "status"), "allowed").ValueKind is JsonValueKind.True;
}
