namespace DrainerFunction.Rig;

/// <summary>An instance refresh that replaces root volumes: the instance leaves the service through its terminate hook, reboots and comes back.</summary>
public sealed class RootVolumeTests
{
    private const string Group = """
        name: root-volume
        limit: 1h
        clusters: [{ name: shop }]
        groups: [{ name: workers, cluster: shop, instances: [refreshed, stays], hooks: [{ name: drain, heartbeat: 600s }] }]
        workloads: [{ name: web, replicas: 2, on: refreshed, grace: 30s, stops-in: 20s }]
        """;

    [Fact]
    public void A_node_is_drained_before_its_root_volume_is_replaced_and_without_a_launch_hook_the_sweep_lifts_its_cordon()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            {{{Group}}}
            events: [{ at: 1s, replace-root-volume: refreshed }, { at: 10m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { refreshed: lifted, stays: untouched }, hooks: { refreshed: continued }, evictions: { web: 2 } }
            """);
    }

    [Fact]
    public void A_hook_before_a_new_root_volume_whose_message_was_lost_is_found_by_the_sweep()
    {
        using var run = Rehearsal.PlayedWell($$$"""
            {{{Group}}}
            function: { parameters: { LifecycleHooks: drain }, disabled-rules: [TerminationRule] }
            events: [{ at: 1s, replace-root-volume: refreshed }, { at: 5m, invoke: '{"sweep":{}}' }]
            expect: { nodes: { stays: untouched }, hooks: { refreshed: continued }, evictions: { web: 2 } }
            """);
    }
}
