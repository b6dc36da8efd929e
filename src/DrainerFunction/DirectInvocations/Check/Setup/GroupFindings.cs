using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Lifecycle;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>What is to be said of one Auto Scaling group. Pure.</summary>
internal static class GroupFindings
{
    // A hook that is shorter is handed over at once and without delay; one that is longer holds its instance for as long if the function is broken.
    private static readonly TimeSpan ShortestHook = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestHook = TimeSpan.FromHours(2);

    public static IEnumerable<Finding> Of(GroupFacts facts, DrainerOptions options)
    {
        var subject = $"group {facts.Group.Name}";
        return
        [
            .. options.CheckTagBeforeDraining ? Tags(facts, subject, options.ManagedTag) : [],
            .. options.ActionFor(InterruptionKind.Termination) is InterruptionAction.Ignore ? [] : Hooks(facts, subject, options),
            .. facts.HasSpot || facts.Group.CapacityRebalance ? [Rebalance(facts, subject, options.ActionFor(InterruptionKind.RebalanceRecommendation))] : (Finding[])[],
        ];
    }

    private static IEnumerable<Finding> Tags(GroupFacts facts, string subject, ManagedTag tag)
    {
        var mend = Command("create-or-update-tags", facts, $"--tags ResourceId={facts.Group.Name},ResourceType=auto-scaling-group,Key={tag.Key},Value={tag.Value ?? "true"},PropagateAtLaunch=true");
        var isOn = tag.IsOn(facts.Group.Tags);
        yield return Finding.Of(
            CheckItem.GroupTag,
            subject,
            isOn ? null : $"Its instances carry the tag {tag.Key} (running: {facts.Managed}) and the group does not: unless the role's policy names the group, its lifecycle hooks can be neither kept alive nor completed.",
            mend);
        yield return Finding.Of(
            CheckItem.TagPropagation,
            subject,
            isOn && facts.Group.TagsKept.Contains(tag.Key) && (facts.Unmanaged > 0 || facts.Managed == 0)
                ? $"Its tag {tag.Key} is not propagated to new instances (without it now: {facts.Unmanaged}): their interruptions are ignored."
                : null,
            $"{mend}; tag the running instances as well: aws ec2 create-tags --region {facts.Scope.Region} --resources INSTANCE-IDS --tags Key={tag.Key},Value={tag.Value ?? "true"}");
    }

    private static IEnumerable<Finding> Hooks(GroupFacts facts, string subject, DrainerOptions options)
    {
        CheckItem[] items = [CheckItem.TerminationHook, CheckItem.HookTimeout, CheckItem.HookDefaultResult, CheckItem.SeveralHooks];
        if (facts.Hooks.IsRefused)
        {
            return items.Select(item => Finding.NotChecked(item, subject, facts.Hooks.WhyNot));
        }

        var all = facts.Hooks.Seen.Where(hook => hook.Transition == LifecycleStates.Terminating).ToList();
        var ours = all.Where(hook => options.LifecycleHooks.IsOurs(hook.HookName)).ToList();
        var mistimed = ours.FirstOrDefault(hook => Timeout(hook) is not null);
        var abandons = ours.FirstOrDefault(hook => hook.DefaultResult is "ABANDON");
        return items.Zip(
            (string?[])
            [
                ours is [] ? "It has no termination hook for this function: a scale-in, a rebalancing or an instance refresh ends its instances without a drain." : null,
                mistimed is null ? null : Timeout(mistimed),
                abandons is not null
                    ? $"Lifecycle hook {abandons.HookName} ends with ABANDON when its time runs out: other hooks are skipped, and where the group retains abandoned instances the instance stays, billed."
                    : null,
                all.Count > 1 ? $"{all.Count} lifecycle hooks hold its terminations ({string.Join(", ", all.Select(hook => hook.HookName))}): an instance goes only when all of them are answered{(ours.Count < all.Count ? $", and this function answers only {(ours is [] ? "none" : string.Join(", ", ours.Select(hook => hook.HookName)))}" : "")}." : null,
            ],
            (item, sentence) => Finding.Of(item, subject, sentence, item is CheckItem.SeveralHooks
                ? $"Keep one termination hook: {Command("delete-lifecycle-hook", facts, "--lifecycle-hook-name NAME")}"
                : Command("put-lifecycle-hook", facts, $"--lifecycle-hook-name {(item is CheckItem.HookTimeout ? mistimed : item is CheckItem.HookDefaultResult ? abandons : null)?.HookName ?? "node-drainer"} --lifecycle-transition {LifecycleStates.Terminating} --heartbeat-timeout 300 --default-result CONTINUE")));
    }

    private static string? Timeout(LifecycleHook hook) =>
        hook.HeartbeatTimeout < ShortestHook ? $"Lifecycle hook {hook.HookName} waits {hook.HeartbeatTimeout.TotalSeconds:0} s for a heartbeat: one invocation that starts late or is throttled lets the instance go with pods on it."
        : hook.HeartbeatTimeout > LongestHook ? $"Lifecycle hook {hook.HookName} waits {hook.HeartbeatTimeout.TotalSeconds:0} s for a heartbeat: if the function cannot run, each instance is held, billed, for so long."
        : null;

    private static Finding Rebalance(GroupFacts facts, string subject, InterruptionAction action) => Finding.Of(
        CheckItem.CapacityRebalance,
        subject,
        (facts.Group.CapacityRebalance, action) switch
        {
            (false, InterruptionAction.Auto) => "It runs Spot instances without capacity rebalancing: rebalance recommendations are ignored, and the two-minute notice is the first warning.",
            (false, InterruptionAction.Drain or InterruptionAction.Cordon) => $"ACTION_REBALANCE_RECOMMENDATION is {action.ToString().ToLowerInvariant()} and capacity rebalancing is off: nodes are taken out of service and no replacement is launched.",
            _ => null,
        },
        Command("update-auto-scaling-group", facts, "--capacity-rebalance"));

    private static string Command(string verb, GroupFacts facts, string rest) =>
        $"aws autoscaling {verb} --region {facts.Scope.Region}{(verb is "create-or-update-tags" ? "" : $" --auto-scaling-group-name {facts.Group.Name}")} {rest}";
}
