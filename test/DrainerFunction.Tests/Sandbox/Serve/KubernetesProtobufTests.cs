using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Wire.Protobuf;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>The bodies are what kubectl 1.32 sent (its log at -v=10) for the command beside them.</summary>
public sealed class KubernetesProtobufTests
{
    private const string ConfigMap = "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhsKEQoBeBIAGgAiACoAMgA4AEIAEgYKAWESAWIaACIA";

    public static TheoryData<string, string, string> Sent => new()
    {
        {
            "create configmap x --from-literal=a=b", ConfigMap,
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":"b"}}"""
        },
        {
            "auth can-i create pods --subresource=eviction -n team",
            "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSRAoQCgASABoAIgAqADIAOABCABImCiQKBHRlYW0SBmNyZWF0ZRoAIgAqBHBvZHMyCGV2aWN0aW9uOgAaCAgAEgAaACAAGgAiAA==",
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"namespace":"team","verb":"create","resource":"pods","subresource":"eviction"}}}"""
        },
        {
            "create pdb hello --selector=app=hello --min-available=50%",
            "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSQAoVCgVoZWxsbxIAGgAiACoAMgA4AEIAEhsKCQgBEAAaAzUwJRIOCgwKA2FwcBIFaGVsbG8aCggAGAAgACgAMAAaACIA",
            """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"hello"},"spec":{"minAvailable":"50%","selector":{"matchLabels":{"app":"hello"}}}}"""
        },
        {
            "create deployment hello --image=example/hello --replicas=2 --port=80",
            "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EsgBCiMKBWhlbGxvEgAaACIAKgAyADgAQgBaDAoDYXBwEgVoZWxsbxKSAQgCEg4KDAoDYXBwEgVoZWxsbxp2Ch4KABIAGgAiACoAMgA4AEIAWgwKA2FwcBIFaGVsbG8SVBI2CgVoZWxsbxINZXhhbXBsZS9oZWxsbyoAMgoKABAAGFAiACoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA",
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"hello","labels":{"app":"hello"}},
             "spec":{"replicas":2,"selector":{"matchLabels":{"app":"hello"}},
              "template":{"metadata":{"labels":{"app":"hello"}},"spec":{"containers":[{"name":"hello","image":"example/hello","ports":[{"containerPort":80}]}]}}}}
            """
        },
    };

    [Theory, MemberData(nameof(Sent))]
    public void What_kubectl_sends_is_read_as_the_JSON_it_stands_for(string command, string body, string json)
    {
        var read = KubernetesProtobuf.Read(Convert.FromBase64String(body));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), read), $"{command} was read as {read.ToJsonString()}");
    }

    [Fact]
    public void A_body_that_breaks_off_anywhere_is_refused_or_shorter_but_never_trouble()
    {
        var body = Convert.FromBase64String(ConfigMap);
        var refused = 0;
        for (var length = 0; length < body.Length; length++)
        {
            try
            {
                KubernetesProtobuf.Read(body.AsSpan(0, length));
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 40, body.Length - 1);
    }

    [Fact]
    public void A_kind_that_is_not_understood_is_named()
    {
        byte[] body = [.. "k8s\0"u8, 0x0a, 12, 0x0a, 2, .. "v1"u8, 0x12, 6, .. "Widget"u8];

        Assert.Contains("Widget of v1", Assert.Throws<FormatException>(() => KubernetesProtobuf.Read(body)).Message);
    }

    [Fact]
    public void A_field_that_is_not_understood_is_named_instead_of_lost()
    {
        byte[] body = [.. "k8s\0"u8, 0x0a, 15, 0x0a, 2, .. "v1"u8, 0x12, 9, .. "ConfigMap"u8, 0x12, 2, 0x78, 1];

        Assert.Contains("field 15 of ConfigMap", Assert.Throws<FormatException>(() => KubernetesProtobuf.Read(body)).Message);
    }
}
