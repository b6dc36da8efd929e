using DrainerFunction.ApiServer;
using DrainerFunction.Cordoning;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using k8s.Models;

namespace DrainerFunction.Sweeping;

/// <summary>Nodes that bear marks already: of another machine, of an earlier life, of nobody; and the marks besides the cordon.</summary>
public sealed class AnnotatedNodeTests : CordoningScene
{
    [Fact]
    public void A_note_of_another_instance_starts_anew()
    {
        Annotate(noted => noted with { InstanceId = "i-0000000000000000c", Kinds = [InterruptionKind.StateChange], Chain = new("1-zzz"), CordonedByUs = true, Deadline = _rig.Now });
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");

        var noted = Cordon(Order(Soon)).Noted;

        Assert.Equal(ClusterRig.InstanceId, noted.InstanceId);
        Assert.Equal([InterruptionKind.SpotReclaim], noted.Kinds);
        Assert.Equal("1-chain-1", noted.Chain.Name);
        Assert.True(noted.CordonedByUs);
    }

    // Whoever may write the status of a node can change its boot id.
    [Fact]
    public void A_boot_id_that_has_changed_stops_no_interruption_that_AWS_confirms()
    {
        Annotate(noted => noted with { BootId = "an older one" });

        Assert.Equal([InterruptionKind.SpotReclaim], Cordon(Order(Soon) with { FirstSeen = _rig.Now.AddMinutes(-1) }).Noted.Kinds);
    }

    [Fact]
    public void What_an_earlier_life_of_the_machine_was_threatened_by_is_forgotten()
    {
        Annotate(noted => noted with { BootId = "an older one", CordonedAt = _rig.Now.AddHours(-1), Kinds = [InterruptionKind.StateChange] });

        Assert.Equal([InterruptionKind.SpotReclaim], Cordon(Order(Soon)).Noted.Kinds);
    }

    [Fact]
    public void And_a_hook_goes_on_waiting_whatever_the_machine_does()
    {
        Annotate(noted => noted with { BootId = "an older one" });

        Cordon(Order(Soon, InterruptionKind.Termination) with { FirstSeen = _rig.Now.AddMinutes(-1), LaunchedAt = _rig.Now });
    }

    [Fact]
    public void An_instance_that_EC2_has_started_since_is_not_touched()
    {
        Assert.IsType<CordonReply.ThreatPassed>(_rig.Run(() => _rig.Cordoning.CordonAsync(Order(Soon) with { LaunchedAt = _rig.Now.AddSeconds(1) }, Token)));
        Cordon(Order(Soon) with { LaunchedAt = _rig.Now });
    }

    [Theory]
    [InlineData("aws:///eu-central-1a/i-0000000000000000b")]
    [InlineData("aws:///eu-central-1a/xi-0000000000000000a")]
    public void A_node_of_another_instance_is_never_touched(string providerId)
    {
        var order = Order(Soon);
        order.Node.Spec.ProviderID = providerId;

        Assert.Equal(new CordonReply.NotThisInstance(providerId), _rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));
        Assert.Empty(_rig.Asked);
    }

    [Fact]
    public void A_node_that_does_not_name_its_instance_yet_is_not_touched_before_it_does_however_near_the_end_of_the_machine()
    {
        var order = Order(Soon);
        order.Node.Spec.ProviderID = null;

        Assert.Equal(ApiServerRefusal.Unreachable, Assert.Throws<ApiServerException>(() => _rig.Run(() => _rig.Cordoning.CordonAsync(order, Token))).Refusal);
        Assert.Empty(_rig.Asked);
    }

    [Fact]
    public void A_node_that_is_gone_is_gone()
    {
        var order = Order(Soon);
        var noted = Cordon(order).Node;
        _rig.Ask("DELETE", "/api/v1/nodes/node-a");

        Assert.IsType<CordonReply.NodeGone>(_rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));
        Assert.Equal(new UncordonReply.Untouched("the cluster no longer has the node"), _rig.Run(() => _rig.Cordoning.UndoAsync(_rig.Target, noted, new UncordonPatch(), Token)));
        Assert.False(_rig.Run(() => _rig.Cordoning.ClaimFinishedAsync(_rig.Target, noted, "a/1", Token)));
    }

    [Fact]
    public void The_started_notice_is_claimed_once_and_by_the_same_again()
    {
        Assert.True(Cordon(Order(Soon) with { StartedBy = "a/1" }).ClaimedStarted);
        Assert.True(Cordon(Order(Soon) with { StartedBy = "a/1" }).ClaimedStarted);
        Assert.False(Cordon(Order(Soon) with { StartedBy = "a/2" }).ClaimedStarted);
        Assert.False(Cordon(Order(Soon)).ClaimedStarted);
    }

    [Fact]
    public void The_finished_notice_is_claimed_once_even_by_two_who_read_the_same_node()
    {
        var node = Cordon(Order(Soon)).Node;

        var claims = _rig.Run(() => Task.WhenAll(_rig.Cordoning.ClaimFinishedAsync(_rig.Target, node, "a/1", Token), _rig.Cordoning.ClaimFinishedAsync(_rig.Target, node, "b/1", Token)));

        Assert.Single(claims, true);
        Assert.True(_rig.Run(() => _rig.Cordoning.ClaimFinishedAsync(_rig.Target, node, _rig.Annotations.Read(_rig.Node())!.Finished!.By, Token)));
    }

    [Fact]
    public void The_out_of_service_taint_is_ours_and_goes_with_the_undo()
    {
        var node = Cordon(Order(Soon)).Node;

        MarkOutOfService(node);
        Assert.Contains("node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", TaintsOf(_rig.Node()));

        Undo();
        Assert.DoesNotContain("node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", TaintsOf(_rig.Node()));
    }

    [Fact]
    public void A_node_that_we_have_not_marked_is_not_put_out_of_service()
    {
        MarkOutOfService(_rig.Node());

        Assert.Empty(TaintsOf(_rig.Node()));
    }

    [Fact]
    public void An_annotation_that_we_could_have_written_is_read()
    {
        Annotate(Good + "}");

        Assert.Equal([InterruptionKind.SpotReclaim], _rig.Annotations.Read(_rig.Node())!.Kinds);
    }

    [Fact]
    public void Lists_that_are_absent_are_empty_and_members_of_a_later_version_are_written_back()
    {
        Annotate("""{"instanceId":"i-0000000000000000a","nodeUid":"UID","firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"1","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"later":{"a":[1]}}""");

        var read = _rig.Annotations.Read(_rig.Node())!;
        Assert.Empty(read.Kinds.Select(kind => kind.Word).Concat(read.Taints).Concat(read.Labels));
        Assert.Empty(read.Hooks);
        Cordon(Order(Soon));
        Assert.Contains("\"later\":{\"a\":[1]}", _rig.Node().Metadata.Annotations[InterruptionAnnotation.Annotation], StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_of_a_group_that_the_instance_is_not_in_are_forgotten()
    {
        Annotate($"{Good},\"hooks\":[{{\"group\":\"own\",\"hook\":\"h\"}},{{\"group\":\"foreign\",\"hook\":\"h\"}}]}}");

        Assert.Equal(["own"], Cordon(Order(Soon) with { Groups = ["own"] }).Noted.Hooks.Select(hook => hook.Group));
    }

    [Fact]
    public void More_hooks_than_a_group_can_have_are_none_of_ours()
    {
        var hooks = string.Join(',', Enumerable.Range(0, LifecycleHookName.MostOfAGroup + 1).Select(number => $$"""{"group":"g","hook":"h{{number}}"}"""));
        Annotate($"{Good},\"hooks\":[{hooks}]}}");

        Assert.Null(_rig.Annotations.Read(_rig.Node()));
    }

    [Fact]
    public void An_annotation_without_its_seal_is_none_and_a_cordon_in_it_stays()
    {
        Annotate(Good + "}", isSealed: false);
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");

        Assert.Null(_rig.Annotations.Read(_rig.Node()));
        Assert.IsType<UncordonReply.Untouched>(Undo());
        Assert.False(Cordon(Order(Soon)).Noted.CordonedByUs);
        Assert.NotNull(_rig.Annotations.Read(_rig.Node()));
    }

    [Fact]
    public void A_seal_confirms_one_text_only()
    {
        Cordon(Order(Soon));
        var sealed1 = _rig.Node();
        var text = sealed1.Metadata.Annotations[InterruptionAnnotation.Annotation];
        sealed1.Metadata.Annotations[InterruptionAnnotation.Annotation] = text.Replace("\"cordonedByUs\":true", "\"cordonedByUs\":false", StringComparison.Ordinal);

        Assert.NotEqual(text, sealed1.Metadata.Annotations[InterruptionAnnotation.Annotation]);
        Assert.Null(_rig.Annotations.Read(sealed1));
    }

    [Fact]
    public void One_of_version_0_1_is_read_for_an_undo_and_its_chain_and_only_where_the_setting_says_so()
    {
        const string Old = """{"instanceId":"i-0000000000000000a","kinds":["spotReclaim"],"firstSeen":"2026-11-22T11:00:00Z","deadline":"2026-11-22T12:00:01Z","hardFrom":"0001-01-01T00:00:00Z","chain":"1","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"hooks":[{"group":"g","hook":"h"}]}""";
        Annotate(Old, isSealed: false);
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");
        Assert.Null(_rig.Annotations.Read(_rig.Node()));

        _rig.Options = new() { ReadUnsealed = true };
        var order = Order(_rig.Soft(_rig.Now.AddHours(1)), InterruptionKind.RebalanceRecommendation);
        var noted = Cordon(order).Noted;

        Assert.Equal(order.Bounds.End, noted.Deadline);
        Assert.Equal(order.FirstSeen, noted.FirstSeen);
        Assert.Empty(noted.Hooks);
        Assert.True(noted.CordonedByUs);
        Assert.IsType<UncordonReply.Undone>(Undo());
        Assert.NotEqual(true, _rig.Node().Spec.Unschedulable);
        Assert.False(AnnotationSeal.IsOn(_rig.Node()));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"instanceId":null}""")]
    [InlineData("[]")]
    [InlineData(Good + ""","hooks":[null]}""")]
    [InlineData(Good + ""","hooks":[{"group":null,"hook":"h"}]}""")]
    [InlineData(Good + ""","hooks":[{"group":"g","hook":"h"},{"group":"g","hook":"h"}]}""")]
    [InlineData(Good + ""","labels":[null]}""")]
    [InlineData(Good + ""","labels":["node-restriction.kubernetes.io/team"]}""")]
    [InlineData(Good + ""","taints":["quarantine:NoSchedule"]}""")]
    [InlineData(Good + ""","kinds":["spotReclaim","flood"]}""")]
    [InlineData(Good + ""","chain":"no chain"}""")]
    [InlineData(Good + ""","chain":"4077000000000-x.000000"}""")]
    [InlineData(Good + ""","chainAt":"2026-11-22T12:10:00Z"}""")]
    [InlineData(Good + ""","cordonedAt":"2026-11-22T12:10:00Z"}""")]
    [InlineData(Good + ""","instanceId":"../i-0000000000000000a"}""")]
    [InlineData(Good + ""","nodeUid":"another"}""")]
    [InlineData(Good + ""","nodeUid":null}""")]
    [InlineData(Good + ""","hooks":[{"group":"","hook":"h"}]}""")]
    [InlineData(Good + ""","taints":["a:NoSchedule","a:NoSchedule"]}""")]
    [InlineData(Good + ""","started":{"at":"0001-01-01T00:00:00Z","by":"x"}}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","nodeUid":"UID","kinds":[null],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"1","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","nodeUid":"UID","kinds":[],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"1","cordonedAt":"0001-01-01T00:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","nodeUid":"UID","kinds":[],"firstSeen":"2026-11-22T12:00:00Z","deadline":"9999-12-31T23:59:59Z","chain":"1","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    public void An_annotation_that_we_would_never_have_written_is_none(string text)
    {
        Annotate(text);

        Assert.Null(_rig.Annotations.Read(_rig.Node()));
        Assert.IsType<UncordonReply.Untouched>(Undo());
        Cordon(Order(Soon));
    }

    private void MarkOutOfService(V1Node node) => _rig.Run(async () =>
    {
        await _rig.Cordoning.MarkOutOfServiceAsync(_rig.Target, node, Token);
        return 0;
    });
}
