using System.Reflection;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>What the events of a scenario must obey beyond their shape. Each rule answers with what is wrong, or null.</summary>
internal static partial class EventRules
{
    private const string Kubernetes = "kubernetes";
    private static readonly string[] Queues = ["NormalQueue", "UrgentQueue", "DeadLetterQueue"];
    private static readonly string[] Manners = [nameof(EventPart.At), nameof(EventPart.Duplicates), nameof(EventPart.Late), nameof(EventPart.EndsLate)];
    private static readonly string[] KubeletDeeds = ["hangs", "dies", "returns"];
    private static readonly string[] Senders = ["eventbridge", "function", "operator", "stranger", "unsaid"];
    private static readonly string[] Movers = ["operator", "stranger"];
    private static readonly string[] Processes = ["Launch", "Terminate", "ReplaceUnhealthy"];
    private static readonly string[] Kills = ["all", "out-of-memory"];
    private static readonly string[] AwsServices = ["sqs", "ec2", "autoscaling", "eks", "sts", "ssm", "lambda", "events", "monitoring"];
    private static readonly string[] AwsFaults = ["throttle", "error", "unavailable", "denied", "invalid", "not-found", "no-action", "reset", "reset-after", "latency", "lag"];

    private static readonly string[] KubernetesFaults =
    [
        "too-many-requests", "error", "unavailable", "denied", "reset", "reset-after", "reset-in-body", "latency", "stalled-body",
        "silent-watch", "closed-watch", "conflict", "status", "expired",
    ];

    private static readonly string[] WebhookTargets = ["pods/eviction", "pods", "nodes"];
    private static readonly string[] WebhookParts = ["anything", "annotations", "labels", "taints", "unschedulable"];
    private static readonly string[] WebhookDeeds = ["denies", "down", "passes"];

    public static IEnumerable<string?> Problems(Scenario scenario, IReadOnlyCollection<string> instances) =>
        scenario.Events.SelectMany((happening, index) => Problems(happening, $"event {index + 1}", scenario, instances));

    public static string? Fault(FaultPart fault, string where) => fault switch
    {
        { Service: Kubernetes } => ScenarioRules.Word(fault.Kind, KubernetesFaults, $"kind of the Kubernetes fault of {where}"),
        { Service: { } service } when !AwsServices.Contains(service) => ScenarioRules.Word(service, [Kubernetes, .. AwsServices], $"service of the fault of {where}"),
        _ when !AwsFaults.Contains(fault.Kind) && KubernetesFaults.Contains(fault.Kind) => $"fault of {where} is '{fault.Kind}', which only the service '{Kubernetes}' has",
        _ => ScenarioRules.Word(fault.Kind, AwsFaults, $"kind of the AWS fault of {where}"),
    };

    private static IEnumerable<string?> Problems(EventPart happening, string where, Scenario scenario, IReadOnlyCollection<string> instances)
    {
        var said = typeof(EventPart).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(part => !Manners.Contains(part.Name) && part.GetValue(happening) is not null)
            .Select(part => part.Name)
            .ToList();
        if (said.Count != 1)
        {
            return [$"{where} says {(said.Count == 0 ? "nothing" : string.Join(" and ", said))}; an event is one thing"];
        }

        return
        [
            happening.Target() is { } instance ? ScenarioRules.Word(instance, instances, $"instance of {where}") : null,
            happening.Redrive is { } mover ? ScenarioRules.Word(mover, Movers, $"'redrive' of {where}") : null,
            (happening.CapacityBlockEnds ?? happening.CapacityBlockExtended) is { } block
                ? ScenarioRules.Word(block, [.. scenario.Groups.Select(group => group.CapacityBlock).Concat(scenario.Instances.Select(instance => instance.CapacityBlock)).OfType<string>().Distinct()], $"Capacity Block of {where}") : null,
            happening.CapacityReclaim is { } reclaimed && IsReserved(scenario, reclaimed) is false ? $"{where} takes the capacity of '{reclaimed}' back, which is not 'interruptible'" : null,
            happening.Kill is { } kill ? ScenarioRules.Word(kill, Kills, $"'kill' of {where}") : null,
            happening.Kubelet is { } kubelet ? ScenarioRules.Word(kubelet.Does, KubeletDeeds, $"'does' of {where}") : null,
            happening.EndsLate is not null && happening is { Spot: null, CapacityReclaim: null } ? $"{where} says EndsLate, which only spot and capacity-reclaim have" : null,
            happening.Resize is { } resize ? ScenarioRules.Word(resize.Group, [.. scenario.Groups.Select(group => group.Name)], $"group of {where}") : null,
            happening.DeleteHook is { } deleted
                ? ScenarioRules.Word($"{deleted.Group}/{deleted.Hook}", [.. scenario.Groups.SelectMany(group => group.Hooks.Select(hook => $"{group.Name}/{hook.Name}"))], $"hook of {where}") : null,
            happening.Suspend is { } suspended ? ScenarioRules.Word(suspended.Group, [.. scenario.Groups.Select(group => group.Name)], $"group of {where}") ?? ScenarioRules.Word(suspended.Process, Processes, $"process of {where}") : null,
            happening.Scale is { } scale ? ScenarioRules.Word(scale.Workload, [.. scenario.Workloads.Select(workload => workload.Name)], $"workload of {where}") : null,
            happening.Fault is { } fault ? Fault(fault, where) : null,
            happening.Register?.As is { } other ? ScenarioRules.Word(other, instances, $"'as' of {where}") : null,
            .. happening.Webhook is { } webhook ? Webhook(webhook, where) : [],
            .. happening.Message is { } message ? Message(message, where, instances) : [],
            .. happening.Invoke is { } payload ? Named(payload, where, instances) : [],
        ];
    }

    private static IEnumerable<string?> Webhook(WebhookPart webhook, string where) =>
    [
        ScenarioRules.Word(webhook.On, WebhookTargets, $"'on' of the webhook of {where}"),
        ScenarioRules.Word(webhook.Of, WebhookParts, $"'of' of the webhook of {where}"),
        ScenarioRules.Word(webhook.Does, WebhookDeeds, $"'does' of the webhook of {where}"),
    ];

    private static IEnumerable<string?> Message(MessagePart message, string where, IReadOnlyCollection<string> instances) =>
    [
        ScenarioRules.Word(message.Queue, Queues, $"queue of {where}"),
        ScenarioRules.Word(message.Sender, Senders, $"sender of {where}"),
        .. (message.Body, message.File) switch
        {
            ({ } body, null) => Named(body, where, instances),
            (null, { } file) => [File.Exists(file) ? null : $"{where} names the file {file}, which is not there"],
            _ => (string?[])[$"{where} is a message: give it a body or a file"],
        },
    ];

    // Only an instance in an interruptible reservation is warned like this.
    private static bool? IsReserved(Scenario scenario, string name) =>
        scenario.Instances.Find(instance => instance.Name == name)?.Interruptible
        ?? scenario.Groups.Find(group => group.Instances.Contains(name))?.Interruptible;

    private static IEnumerable<string?> Named(string text, string where, IReadOnlyCollection<string> instances) =>
        Placeholder().Matches(text).Select(match => ScenarioRules.Word(match.Groups[1].Value, instances, $"an instance in the text of {where}"));

    [GeneratedRegex(@"\{instance:([^}]+)\}")]
    private static partial Regex Placeholder();
}
