using DrainerFunction.Fakes;

namespace DrainerFunction.Draining;

/// <summary>Volumes that do not come off, and invocations that are shorter than the patience with them.</summary>
public sealed class VolumesOverInvocationsTests : IDisposable
{
    private readonly ClusterRig _rig = new(new() { Name = "blue", VolumeDetach = TimeSpan.FromMinutes(30) });

    [Fact]
    public void The_invocation_that_emptied_the_node_leaves_the_rest_of_the_wait_to_the_next()
    {
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        Assert.IsType<DrainOutcome.OutOfTime>(DrainFor(seconds: 60));
    }

    [Fact]
    public void Those_that_find_it_empty_wait_on_until_ten_minutes_have_passed_since_the_cordon()
    {
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });
        DrainFor(seconds: 120);
        for (var invocation = 2; invocation < 5; invocation++)
        {
            Assert.IsType<DrainOutcome.OutOfTime>(DrainFor(seconds: 120));
        }

        var report = Assert.IsType<DrainOutcome.Drained>(DrainFor(seconds: 130)).Report;

        Assert.Equal(1, report.VolumesStillAttached);
    }

    public void Dispose() => _rig.Dispose();

    private DrainOutcome DrainFor(double seconds)
    {
        using var spent = new CancellationTokenSource();
        _rig.After(seconds, () => _rig.Loop.Post(_ => spent.Cancel(), null));
        return _rig.Drain(_rig.Soft(_rig.Start.AddHours(1)), spent.Token);
    }
}
