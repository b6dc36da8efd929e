namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>What a scenario must obey beyond its shape: names exist, words are known, each event is one thing.</summary>
internal static class ScenarioRules
{
    private static readonly string[] WorkloadKinds = ["deployment", "statefulset", "daemonset", "job", "pod", "mirror"];
    private static readonly string[] NodeEnds = ["drained", "cordoned", "lifted", "untouched", "gone"];
    private static readonly string[] HookEnds = ["continued", "abandoned", "timed-out", "untouched"];
    private static readonly string[] Ends = ["Succeeded", "Failed"];
    private static readonly string[] RatedServices = ["ec2", "autoscaling"];
    private static readonly string[] Endpoints = ["right", "wrong-host", "foreign-authority", "unreachable"];

    public static void Check(Scenario scenario, string source)
    {
        var wrong = Problems(scenario).FirstOrDefault();
        if (wrong is not null)
        {
            throw new ScenarioException($"{source}: {wrong}");
        }
    }

    public static IEnumerable<string> InstanceNames(Scenario scenario) =>
        scenario.Instances.Select(instance => instance.Name).Concat(scenario.Groups.SelectMany(group => group.Instances));

    public static string? Word(string word, IReadOnlyCollection<string> allowed, string where) =>
        allowed.Contains(word) ? null : $"{where} is '{word}'; allowed: {string.Join(", ", allowed)}.{Nearest.Hint(word, allowed)}";

    private static IEnumerable<string> Problems(Scenario scenario)
    {
        var clusters = scenario.Clusters.Select(cluster => cluster.Name).ToList();
        var instances = InstanceNames(scenario).ToList();
        if (scenario.Name.Length == 0)
        {
            yield return "it has no name";
        }

        if (clusters.Count == 0)
        {
            yield return "it has no clusters";
        }

        foreach (var problem in Twice(clusters, "cluster").Concat(Twice(instances, "instance"))
            .Concat(Twice(scenario.Workloads.Select(workload => workload.Name), "workload")))
        {
            yield return problem;
        }

        var named = scenario.Groups.Select(group => (What: $"group {group.Name}", group.Cluster))
            .Concat(scenario.Instances.Select(instance => (What: $"instance {instance.Name}", instance.Cluster)))
            .Concat(scenario.Workloads.Select(workload => (What: $"workload {workload.Name}", workload.Cluster)))
            .Concat(scenario.Volumes.Select(volume => (What: $"volume {volume.Claim}", volume.Cluster)))
            .Concat(scenario.Budgets.Select(budget => (What: $"budget {budget.Name}", budget.Cluster)));
        foreach (var (what, cluster) in named.Where(one => one.Cluster is not null && !clusters.Contains(one.Cluster)))
        {
            yield return $"{what} names the cluster '{cluster}', which is not there. Clusters: {string.Join(", ", clusters)}";
        }

        foreach (var problem in scenario.Clusters.Select(cluster => Word(cluster.Endpoint, Endpoints, $"endpoint of cluster {cluster.Name}"))
            .Concat(scenario.Workloads.Select(workload => Word(workload.Kind, WorkloadKinds, $"kind of workload {workload.Name}")))
            .Concat(scenario.Workloads.Where(workload => workload.On is not null).SelectMany(workload => NameRanges.Names(workload.On!).Select(on => Word(on, instances, $"'on' of workload {workload.Name}"))))
            .Concat(scenario.Volumes.Select(volume => Word(volume.Kind, World.Kubernetes.VolumeSpec.Kinds, $"kind of the volume of claim {volume.Claim}")))
            .Concat(scenario.Workloads.Where(workload => workload.Finished is not null).Select(workload => Word(workload.Finished!, Ends, $"'finished' of workload {workload.Name}")))
            .Concat(scenario.Rates.Select(rate => Word(rate.Service, RatedServices, "service of a rate")))
            .Concat(scenario.Budgets.Select(budget => Word(budget.Of, Workloads(scenario), $"'of' of budget {budget.Name}")))
            .Concat(scenario.Expect.Nodes.Select(each => Word(each.Value, NodeEnds, $"expectation for node {each.Key}")))
            .Concat(scenario.Expect.Hooks.Select(each => Word(each.Value, HookEnds, $"expectation for the hook of {each.Key}")))
            .Concat(scenario.Expect.Nodes.Keys.Concat(scenario.Expect.Hooks.Keys).Concat(scenario.Expect.CordonedWithin.Keys).Concat(scenario.Expect.Taints.Keys)
                .Select(name => Word(name.Split('/')[0], instances, "instance in 'expect'")))
            .Concat(scenario.Expect.Evictions.Keys.Select(name => Word(name, Workloads(scenario), "workload in 'expect'")))
            .Concat(scenario.Expect.Order.SelectMany(order => (string?[])[Moment(order.First, scenario, instances), Moment(order.Then, scenario, instances)]))
            .Concat(EventRules.Problems(scenario, instances)))
        {
            if (problem is not null)
            {
                yield return problem;
            }
        }
    }

    /// <summary>The workloads, and the pods that land later.</summary>
    private static List<string> Workloads(Scenario scenario) =>
        [.. scenario.Workloads.Concat(scenario.Events.Select(happening => happening.Pod).OfType<WorkloadPart>()).Select(workload => workload.Name)];

    private static string? Moment(string text, Scenario scenario, List<string> instances) => text.Split(' ') switch
    {
        [Course.Cordoned or Course.Answered, var instance] => Word(instance, instances, "instance in 'order'"),
        [Course.Detached, _] => null,
        [Course.Landed or Course.Evicted or Course.Gone, var workload] => Word(workload, Workloads(scenario), "workload in 'order'"),
        _ => $"'{text}' in 'order' is no word and name; words: {Course.Cordoned}, {Course.Landed}, {Course.Evicted}, {Course.Gone}, {Course.Detached}, {Course.Answered}",
    };

    private static IEnumerable<string> Twice(IEnumerable<string> names, string what) =>
        names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"there are two of {what} '{group.Key}'");
}
