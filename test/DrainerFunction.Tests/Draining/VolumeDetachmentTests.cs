using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>Which volumes a drain waits for: each kind of claim, each kind of pod beside it.</summary>
public sealed class VolumeDetachmentTests : IDisposable
{
    private readonly ClusterRig _rig = new();

    [Theory]
    [InlineData(VolumeSpec.Ebs, 6)]
    [InlineData(VolumeSpec.InTree, 6)]
    [InlineData(VolumeSpec.Efs, 0)]
    [InlineData(VolumeSpec.Local, 0)]
    [InlineData(VolumeSpec.Unbound, 0)]
    public void Only_a_claim_whose_volume_is_attached_is_waited_for(string kind, int seconds)
    {
        _rig.Cluster.AddVolume(new("data") { Kind = kind });
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Equal(0, report.VolumesStillAttached);
        Assert.InRange(report.VolumesWaited.TotalSeconds, Math.Max(0, seconds - 0.1), seconds + 0.1);
    }

    /// <summary>A pod beside the one that is moved: none of these may hide the moved pod's volume, or be waited for.</summary>
    public static TheoryData<string> Beside => ["completed", "failed", "daemonset with efs", "kept by a finalizer", "kept local data", "mirror"];

    [Theory]
    [MemberData(nameof(Beside))]
    public void What_another_pod_claims_neither_hides_a_volume_nor_is_waited_for(string what)
    {
        _rig.Cluster.AddVolume(new("shared") { Kind = VolumeSpec.Efs });
        _rig.Options = new() { DeleteLocalData = what != "kept local data" };
        _ = what switch
        {
            "completed" => _rig.Cluster.AddPod(_rig.Pod("other") with { Claims = ["its"], FinishedAs = "Succeeded" }),
            "failed" => _rig.Cluster.AddPod(_rig.Pod("other") with { Claims = ["its"], FinishedAs = "Failed" }),
            "daemonset with efs" => _rig.Cluster.AddDaemonSet(new("other") { Claims = ["shared"] }),
            "kept by a finalizer" => _rig.Cluster.AddPod(_rig.Pod("other") with { Claims = ["its"], Finalizers = ["example.com/keep"], GracePeriod = TimeSpan.FromSeconds(1) }),
            "kept local data" => _rig.Cluster.AddPod(_rig.Pod("other") with { Claims = ["its"], HasEmptyDir = true }),
            _ => _rig.Cluster.AddPod(_rig.Pod("other") with { Claims = ["its"], IsMirror = true }),
        };
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"], StopsIn = TimeSpan.FromSeconds(80), GracePeriod = TimeSpan.FromSeconds(90) });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(600)).Report;

        Assert.Equal(0, report.VolumesStillAttached);
        Assert.InRange(report.VolumesWaited.TotalSeconds, 5.9, 6.1);
    }

    [Fact]
    public void An_ephemeral_volume_is_waited_for_although_its_claim_has_gone_with_its_pod()
    {
        _rig.Cluster.AddPod(_rig.Pod("batch") with { Ephemeral = ["scratch"] });

        Assert.InRange(Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report.VolumesWaited.TotalSeconds, 5.9, 6.1);
    }

    [Fact]
    public void A_claim_costs_two_requests_and_one_that_two_pods_share_costs_them_once()
    {
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });
        _rig.Cluster.AddPod(_rig.Pod("reader") with { Claims = ["data"] });

        _rig.Drain(120);

        Assert.Equal(1, _rig.Asked.Count(one => one == "get persistentvolumeclaims"));
        Assert.Equal(1, _rig.Asked.Count(one => one == "get persistentvolumes"));
    }

    [Fact]
    public void Where_the_right_is_not_granted_yet_the_wait_goes_by_what_the_node_reports()
    {
        _rig.Cluster.Faults.Add(new(new Fault.ServerError(403, "User \"drainer\" cannot get resource \"persistentvolumeclaims\"")) { Verb = "get", Resource = "persistentvolumeclaims" });
        _rig.Cluster.AddPod(_rig.Pod("other") with { Claims = ["its"], FinishedAs = "Succeeded" });
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        Assert.InRange(Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report.VolumesWaited.TotalSeconds, 5.9, 6.1);
    }

    [Fact]
    public void A_detach_that_fails_is_waited_for_ten_minutes_and_told()
    {
        _rig.Cluster.AddVolume(new("data") { DetachFails = true });
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(7200)).Report;

        Assert.Equal(1, report.VolumesStillAttached);
        Assert.InRange(report.VolumesWaited, TimeSpan.FromSeconds(599), TimeSpan.FromSeconds(601));
    }

    public void Dispose() => _rig.Dispose();
}
