using System.Text.RegularExpressions;
using DrainerFunction.Cordoning;
using DrainerFunction.Sandbox.World.Kubernetes;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction;

/// <summary>deploy/admission.yaml, the rules that the sandbox enforces in its place, and the marks that the function makes: one and the same.</summary>
public sealed partial class AdmissionPolicyTests
{
    private static readonly IReadOnlyList<YamlMappingNode> Documents = Stack.Load("deploy/admission.yaml");

    public static TheoryData<string> Policies => [NodePolicies.AnnotationPolicy, NodePolicies.ScopePolicy];

    [Theory, MemberData(nameof(Policies))]
    public void A_policy_sees_whatever_is_written_of_a_node_and_is_bound_to_deny(string name)
    {
        var policy = Of("ValidatingAdmissionPolicy", name)["spec"];
        var rule = Assert.Single((YamlSequenceNode)policy["matchConstraints"]["resourceRules"]);

        Assert.Equal(["CREATE", "UPDATE"], Texts(rule["operations"]));
        Assert.Equal(["nodes", "nodes/status"], Texts(rule["resources"]));
        Assert.Equal([""], Texts(rule["apiGroups"]));
        Assert.Equal(["v1"], Texts(rule["apiVersions"]));

        // Heartbeats of every node go through it.
        Assert.Equal("Ignore", policy["failurePolicy"].ToString());
        var binding = Of("ValidatingAdmissionPolicyBinding", name)["spec"];
        Assert.Equal(name, binding["policyName"].ToString());
        Assert.Equal(["Deny"], Texts(binding["validationActions"]));
    }

    [Theory, MemberData(nameof(Policies))]
    public void The_sandbox_enforces_each_of_its_validations_and_no_other(string name)
    {
        var written = ((YamlSequenceNode)Of("ValidatingAdmissionPolicy", name)["spec"]["validations"])
            .Select(validation => (Spaces().Replace(validation["expression"].ToString(), " "), validation["message"].ToString(), validation["reason"].ToString()));

        Assert.Equal(NodePolicies.Rules.Where(rule => rule.Policy == name).Select(rule => (rule.Cel, rule.Message, "Forbidden")), written);
    }

    [Fact]
    public void The_function_may_change_the_marks_that_it_makes_and_no_others()
    {
        Assert.Equal(NodePolicies.Taints.Order(), TaintKeys.AllMarks.Select(mark => mark.Split(':')[0]).Append(AnnotationSeal.Key).Distinct().Order());
        Assert.Equal(InterruptionAnnotation.Annotation, Assert.Single(NodePolicies.Annotations));
        Assert.Equal(CordonPatch.LoadBalancerLabel, Assert.Single(NodePolicies.Labels));

        Assert.Equal(NodePolicies.Taints, Quoted(NodePolicies.ScopePolicy, "taints"));
        Assert.Equal(NodePolicies.Annotations, Quoted(NodePolicies.ScopePolicy, "annotations").Take(1));
        Assert.Equal(NodePolicies.Labels, Quoted(NodePolicies.ScopePolicy, "labels").Take(1));
    }

    [Theory]
    [InlineData("annotation", InterruptionAnnotation.Annotation)]
    [InlineData("annotationBefore", InterruptionAnnotation.Annotation)]
    [InlineData("seal", AnnotationSeal.Key)]
    [InlineData("sealBefore", AnnotationSeal.Key)]
    [InlineData("isFunction", NodePolicies.Function)]
    public void A_variable_of_the_first_policy_names_what_the_function_writes(string variable, string key) =>
        Assert.Contains(key, Quoted(NodePolicies.AnnotationPolicy, variable));

    [Fact]
    public void Only_the_function_is_held_to_the_second_policy()
    {
        var condition = Assert.Single((YamlSequenceNode)Of("ValidatingAdmissionPolicy", NodePolicies.ScopePolicy)["spec"]["matchConditions"]);

        Assert.Equal($"'{NodePolicies.Function}' in request.userInfo.groups", condition["expression"].ToString());
    }

    [Fact]
    public void The_parameter_that_the_second_policy_reads_comes_with_it()
    {
        var reference = Of("ValidatingAdmissionPolicyBinding", NodePolicies.ScopePolicy)["spec"]["paramRef"];
        var parameter = Of("ConfigMap", reference["name"].ToString());

        Assert.Equal(reference["namespace"].ToString(), parameter["metadata"]["namespace"].ToString());
        Assert.Equal(["annotations", "labels"], ((YamlMappingNode)parameter["data"]).Children.Keys.Select(key => key.ToString()));
    }

    private static YamlMappingNode Of(string kind, string name) => Documents.Single(document => document["kind"].ToString() == kind && document["metadata"]["name"].ToString() == name);

    private static IEnumerable<string> Texts(YamlNode list) => ((YamlSequenceNode)list).Select(item => item.ToString());

    private static IEnumerable<string> Quoted(string policy, string variable) =>
        Quotes().Matches(((YamlSequenceNode)Of("ValidatingAdmissionPolicy", policy)["spec"]["variables"]).Single(one => one["name"].ToString() == variable)["expression"].ToString()).Select(match => match.Groups[1].Value);

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quotes();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
