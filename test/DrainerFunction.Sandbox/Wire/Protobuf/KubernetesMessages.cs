using System.Collections.Frozen;
using System.Globalization;

namespace DrainerFunction.Sandbox.Wire.Protobuf;

/// <summary>
/// The fields of the messages that kubectl sends in protobuf, with their numbers from the generated.proto files of
/// k8s.io/api and k8s.io/apimachinery. Lists end in <c>[]</c>, maps from strings in <c>{}</c>; <c>?</c>: a pointer, so that
/// zero and false were said by somebody; <c>skip</c>: what only a server sets; <c>empty</c>: a message that is
/// always there and understood only without content.
/// </summary>
internal static class KubernetesMessages
{
    private const string Source = """
        Unknown                      1 typeMeta TypeMeta, 2 raw bytes, 3 contentEncoding string, 4 contentType string
        TypeMeta                     1 apiVersion string, 2 kind string
        ObjectMeta                   1 name string, 2 generateName string, 3 namespace string, 4 selfLink string, 5 uid string, 6 resourceVersion string, 7 generation skip, 8 creationTimestamp skip, 9 deletionTimestamp skip, 10 deletionGracePeriodSeconds skip, 11 labels string{}, 12 annotations string{}, 13 ownerReferences OwnerReference[], 14 finalizers string[], 17 managedFields skip
        OwnerReference               1 kind string, 3 name string, 4 uid string, 5 apiVersion string, 6 controller bool?, 7 blockOwnerDeletion bool?
        LabelSelector                1 matchLabels string{}, 2 matchExpressions LabelSelectorRequirement[]
        LabelSelectorRequirement     1 key string, 2 operator string, 3 values string[]
        IntOrString                  1 type int, 2 intVal int, 3 strVal string
        DeleteOptions                1 gracePeriodSeconds int?, 2 preconditions Preconditions, 3 orphanDependents bool?, 4 propagationPolicy string, 5 dryRun string[]
        Preconditions                1 uid string, 2 resourceVersion string

        SelfSubjectAccessReview      1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, 3 status skip
        SelfSubjectAccessReviewSpec  1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes
        ResourceAttributes           1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, 6 subresource string, 7 name string
        NonResourceAttributes        1 path string, 2 verb string
        SelfSubjectRulesReview       1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, 3 status skip
        SelfSubjectRulesReviewSpec   1 namespace string
        SelfSubjectReview            1 metadata ObjectMeta, 2 status skip

        Namespace                    1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status skip
        NamespaceSpec                1 finalizers string[]
        ConfigMap                    1 metadata ObjectMeta, 2 data string{}, 3 binaryData bytes{}, 4 immutable bool?
        Secret                       1 metadata ObjectMeta, 2 data bytes{}, 3 type string, 4 stringData string{}, 5 immutable bool?
        ServiceAccount               1 metadata ObjectMeta, 2 secrets skip, 3 imagePullSecrets skip, 4 automountServiceAccountToken bool?
        PriorityClass                1 metadata ObjectMeta, 2 value int, 3 globalDefault bool, 4 description string, 5 preemptionPolicy string

        PodDisruptionBudget          1 metadata ObjectMeta, 2 spec PodDisruptionBudgetSpec, 3 status skip
        PodDisruptionBudgetSpec      1 minAvailable IntOrString?, 2 selector LabelSelector?, 3 maxUnavailable IntOrString?, 4 unhealthyPodEvictionPolicy string

        Deployment                   1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status skip
        DeploymentSpec               1 replicas int?, 2 selector LabelSelector?, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy, 5 minReadySeconds int, 6 revisionHistoryLimit int?, 7 paused bool, 9 progressDeadlineSeconds int?
        DeploymentStrategy           1 type string, 2 rollingUpdate RollingUpdate
        RollingUpdate                1 maxUnavailable IntOrString?, 2 maxSurge IntOrString?
        PodTemplateSpec              1 metadata ObjectMeta, 2 spec PodSpec
        PodSpec                      2 containers Container[], 3 restartPolicy string, 4 terminationGracePeriodSeconds int?, 5 activeDeadlineSeconds int?, 6 dnsPolicy string, 7 nodeSelector string{}, 8 serviceAccountName string, 9 serviceAccount string, 10 nodeName string, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool, 16 hostname string, 17 subdomain string, 19 schedulerName string, 24 priorityClassName string
        Container                    1 name string, 2 image string, 3 command string[], 4 args string[], 5 workingDir string, 6 ports ContainerPort[], 7 env EnvVar[], 8 resources empty, 13 terminationMessagePath string, 14 imagePullPolicy string, 16 stdin bool, 17 stdinOnce bool, 18 tty bool, 20 terminationMessagePolicy string
        ContainerPort                1 name string, 2 hostPort int, 3 containerPort int, 4 protocol string, 5 hostIP string
        EnvVar                       1 name string, 2 value string

        Role                         1 metadata ObjectMeta, 2 rules PolicyRule[]
        ClusterRole                  1 metadata ObjectMeta, 2 rules PolicyRule[]
        PolicyRule                   1 verbs string[], 2 apiGroups string[], 3 resources string[], 4 resourceNames string[], 5 nonResourceURLs string[]
        RoleBinding                  1 metadata ObjectMeta, 2 subjects Subject[], 3 roleRef RoleRef
        ClusterRoleBinding           1 metadata ObjectMeta, 2 subjects Subject[], 3 roleRef RoleRef
        RoleRef                      1 apiGroup string, 2 kind string, 3 name string
        Subject                      1 kind string, 2 apiGroup string, 3 name string, 4 namespace string
        """;

    public static FrozenDictionary<string, FrozenDictionary<int, ProtobufField>> All { get; } = Source
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries))
        .ToFrozenDictionary(parts => parts[0], parts => parts[1].Split(", ").Select(Field).ToFrozenDictionary(field => field.Number, field => field.Field));

    private static (int Number, ProtobufField Field) Field(string text)
    {
        var (number, name, type) = text.Split(' ') is [var first, var second, var third] ? (first, second, third) : throw new FormatException(text);
        return (int.Parse(number, CultureInfo.InvariantCulture), new(name, type.TrimEnd('[', ']', '{', '}', '?'))
        {
            IsList = type.EndsWith("[]", StringComparison.Ordinal),
            IsMap = type.EndsWith("{}", StringComparison.Ordinal),
            IsLeftOutWhenEmpty = !type.EndsWith('?'),
        });
    }
}

internal sealed record ProtobufField(string Name, string Type)
{
    public bool IsList { get; init; }

    public bool IsMap { get; init; }

    public bool IsLeftOutWhenEmpty { get; init; }
}
