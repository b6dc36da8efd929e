using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>What the wait for volumes costs, and what it does where rights are missing or the detach fails.</summary>
public sealed class VolumeDetachmentTests : IDisposable
{
    private readonly ClusterRig _rig = new();

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
