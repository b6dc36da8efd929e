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

    [Fact]
    public void Volumes_of_drained_pods_are_waited_for_with_two_more_requests_and_two_for_each_claim()
    {
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.Equal(1 + 4 + 2 + 2, _rig.Asked.Count);
        Assert.Equal(0, report.VolumesStillAttached);
        Assert.InRange(report.VolumesWaited, TimeSpan.FromSeconds(5.9), TimeSpan.FromSeconds(6.1));
    }

    [Fact]
    public void Volumes_of_pods_that_stay_are_not_waited_for()
    {
        _rig.Cluster.AddPod(_rig.Pod("static") with { IsMirror = true, Claims = ["its"] });
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.InRange(report.VolumesWaited, TimeSpan.FromSeconds(5.9), TimeSpan.FromSeconds(6.1));
    }

    [Fact]
    public void Volumes_that_an_earlier_invocation_left_attached_are_waited_for_too()
    {
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"], GracePeriod = TimeSpan.FromSeconds(1) });
        _rig.Ask("DELETE", "/api/v1/namespaces/default/pods/db?gracePeriodSeconds=0");

        var report = Assert.IsType<DrainOutcome.Drained>(_rig.Drain(120)).Report;

        Assert.InRange(report.VolumesWaited, TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(6.1));
    }

    [Fact]
    public void Volumes_are_not_waited_for_beyond_the_deadline()
    {
        using var rig = new ClusterRig(new() { Name = "blue", VolumeDetach = TimeSpan.FromMinutes(5) });
        rig.Cluster.AddPod(rig.Pod("db") with { Claims = ["data"] });

        var report = Assert.IsType<DrainOutcome.Drained>(rig.Drain(60)).Report;

        Assert.Equal(1, report.VolumesStillAttached);
        Assert.InRange(report.TimeLeft, TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Volumes_are_not_waited_for_longer_than_ten_minutes()
    {
        using var rig = new ClusterRig(new() { Name = "blue", VolumeDetach = TimeSpan.FromMinutes(30) });
        rig.Cluster.AddPod(rig.Pod("db") with { Claims = ["data"] });

        Assert.InRange(Assert.IsType<DrainOutcome.Drained>(rig.Drain(3600)).Report.VolumesWaited, TimeSpan.FromSeconds(599), TimeSpan.FromSeconds(601));
    }

    [Fact]
    public void Volumes_are_not_waited_for_if_the_operator_does_not_want_it()
    {
        _rig.Options = new() { WaitForVolumeDetach = false };
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        _rig.Drain(120);

        Assert.Equal(1 + 4, _rig.Asked.Count);
    }

    public void Dispose() => _rig.Dispose();
}
