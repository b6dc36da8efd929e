using DrainerFunction.Aws;
using DrainerFunction.Nodes;
using DrainerFunction.Reporting;
using DrainerFunction.Runtime.Options;

namespace DrainerFunction.DirectInvocations.Check.Setup;

/// <summary>Asks EC2 and Auto Scaling for the managed instances of one account and region and for their groups.</summary>
internal sealed class RegionSurvey(IAwsClients aws, DrainerOptions options)
{
    public async Task<RegionFacts> LookAsync(AwsScope scope, CancellationToken spent)
    {
        try
        {
            string[] keys = [.. options.CheckTagBeforeDraining ? [options.ManagedTag.Key] : (string[])[], .. ClusterChoice.TagKeys];
            var instances = (await aws.In(scope).Instances.DescribeRunningAsync(keys, spent)).Select(instance => CheckedInstance.Of(instance, scope, options)).ToDictionary(instance => instance.InstanceId);
            // Asked afresh, its hooks as well: a check comes after a command of the one before.
            var autoScaling = aws.In(scope).AutoScaling;
            var members = instances.Values.Where(instance => instance.Group is not null).ToLookup(instance => instance.Group!);
            var groups = new List<GroupFacts>();
            foreach (var group in await autoScaling.DescribeAllGroupsAsync(spent))
            {
                var running = members[group.Name].ToList();
                if (running.Any(instance => instance.IsManaged) || (options.CheckTagBeforeDraining && options.ManagedTag.IsOn(group.Tags) && !running.Any(instance => instance.IsControlled)))
                {
                    groups.Add(new()
                    {
                        Scope = scope,
                        Group = group,
                        Hooks = await Observation.TryAsync(() => autoScaling.DescribeLifecycleHooksAsync(group.Name, spent), spent),
                        Managed = running.Count(instance => instance.IsManaged),
                        Unmanaged = running.Count(instance => !instance.HasTag),
                        HasSpot = running.Any(instance => instance.IsSpot),
                    });
                }
            }

            return new(scope, instances, groups, null, IsDenied: false);
        }
        catch (AwsCallException refused)
        {
            return Nothing(scope, RefusalHints.Sentence(refused), refused.Refusal is AwsRefusal.Denied);
        }
        catch (OperationCanceledException) when (spent.IsCancellationRequested)
        {
            return Nothing(scope, "The invocation ran out of time before this region was looked at; raise the function's timeout.", isDenied: false);
        }
    }

    private static RegionFacts Nothing(AwsScope scope, string why, bool isDenied) => new(scope, new Dictionary<string, CheckedInstance>(), [], why, isDenied);
}

/// <param name="WhyNot">Set where the account and region could not be asked: nothing is known of them then.</param>
internal sealed record RegionFacts(AwsScope Scope, IReadOnlyDictionary<string, CheckedInstance> Instances, IReadOnlyList<GroupFacts> Groups, string? WhyNot, bool IsDenied);
