using DrainerFunction.Cordoning;
using DrainerFunction.Fakes;
using DrainerFunction.Interruptions;
using DrainerFunction.Nodes;
using k8s.Models;

namespace DrainerFunction.Sweeping;

/// <summary>Nodes that bear marks already: of another machine, of an earlier life, of nobody; and the marks besides the cordon.</summary>
public sealed class AnnotatedNodeTests : CordoningScene
{
    [Fact]
    public void A_note_of_another_instance_starts_anew()
    {
        Annotate(noted => noted with { InstanceId = "i-somebody", Kinds = ["stateChange"], Chain = "zzz", CordonedByUs = true, Deadline = _rig.Now });
        _rig.Ask("PATCH", "/api/v1/nodes/node-a", """{"spec":{"unschedulable":true}}""");

        var noted = Cordon(Order(Soon)).Noted;

        Assert.Equal(ClusterRig.InstanceId, noted.InstanceId);
        Assert.Equal(["spotReclaim"], noted.Kinds);
        Assert.Equal("chain-1", noted.Chain);
        Assert.True(noted.CordonedByUs);
    }

    [Fact]
    public void A_machine_that_has_booted_again_since_it_was_cordoned_is_not_touched()
    {
        Annotate(noted => noted with { BootId = "an older one" });

        Assert.IsType<CordonReply.ThreatPassed>(_rig.Run(() => _rig.Cordoning.CordonAsync(Order(Soon) with { FirstSeen = _rig.Now.AddMinutes(-1) }, Token)));
        Assert.Empty(_rig.Asked);
    }

    [Fact]
    public void But_a_new_interruption_of_it_is_a_new_threat()
    {
        Annotate(noted => noted with { BootId = "an older one", CordonedAt = _rig.Now.AddHours(-1), Kinds = ["stateChange"] });

        Assert.Equal(["spotReclaim"], Cordon(Order(Soon)).Noted.Kinds);
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
    [InlineData(null)]
    public void A_node_of_another_instance_is_never_touched(string? providerId)
    {
        var order = Order(Soon);
        order.Node.Spec.ProviderID = providerId;

        Assert.Equal(new CordonReply.NotThisInstance(providerId), _rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));
        Assert.Empty(_rig.Asked);
    }

    [Fact]
    public void A_node_that_is_gone_is_gone()
    {
        var order = Order(Soon);
        var noted = Cordon(order).Node;
        _rig.Ask("DELETE", "/api/v1/nodes/node-a");

        Assert.IsType<CordonReply.NodeGone>(_rig.Run(() => _rig.Cordoning.CordonAsync(order, Token)));
        Assert.IsType<UndoReply.NodeGone>(_rig.Run(() => _rig.Cordoning.UndoAsync(_rig.Target, noted, new UncordonPatch(), Token)));
        Assert.Equal(FinishedClaim.Unclaimable, _rig.Run(() => _rig.Cordoning.ClaimFinishedAsync(_rig.Target, noted, "a/1", Token)));
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

        Assert.Equal([FinishedClaim.Ours, FinishedClaim.Anothers], claims.Order());
        Assert.Equal(FinishedClaim.Ours, _rig.Run(() => _rig.Cordoning.ClaimFinishedAsync(_rig.Target, node, AnnotationFormat.Read(_rig.Node())!.Finished!.By, Token)));
    }

    [Fact]
    public void The_out_of_service_taint_is_ours_and_goes_with_the_undo()
    {
        var node = Cordon(Order(Soon)).Node;

        Assert.True(_rig.Run(() => _rig.Cordoning.MarkOutOfServiceAsync(_rig.Target, node, Token)));
        Assert.Contains("node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", TaintsOf(_rig.Node()));

        Undo();
        Assert.DoesNotContain("node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", TaintsOf(_rig.Node()));
    }

    [Fact]
    public void A_node_that_we_have_not_marked_is_not_put_out_of_service() =>
        Assert.False(_rig.Run(() => _rig.Cordoning.MarkOutOfServiceAsync(_rig.Target, _rig.Node(), Token)));

    [Fact]
    public void An_annotation_that_we_could_have_written_is_read()
    {
        Annotate(Good + "}");

        Assert.Equal(["spotReclaim"], AnnotationFormat.Read(_rig.Node())!.Kinds);
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
    [InlineData(Good + ""","taints":["a:NoSchedule","a:NoSchedule"]}""")]
    [InlineData(Good + ""","started":{"at":"0001-01-01T00:00:00Z","by":"x"}}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","kinds":[null],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"c","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","kinds":[],"firstSeen":"2026-11-22T12:00:00Z","deadline":"2026-11-22T13:00:00Z","chain":"c","cordonedAt":"0001-01-01T00:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    [InlineData("""{"instanceId":"i-0000000000000000a","kinds":[],"firstSeen":"2026-11-22T12:00:00Z","deadline":"9999-12-31T23:59:59Z","chain":"c","cordonedAt":"2026-11-22T12:00:00Z","cordonedByUs":true,"taints":[],"labels":[],"hooks":[]}""")]
    public void An_annotation_that_we_would_never_have_written_is_none(string text)
    {
        Annotate(text);

        Assert.Null(AnnotationFormat.Read(_rig.Node()));
        Assert.IsType<UndoReply.NothingOfOurs>(Undo());
        Cordon(Order(Soon));
    }
}
