using DrainerFunction.Fakes;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Draining;

/// <summary>Each kind of claim × each kind of pod that has it: whose volume keeps the end of a drain waiting, with and without a moved pod beside it.</summary>
public sealed class VolumeMatrixTests : IDisposable
{
    private const string Ephemeral = "ephemeral";
    private const double Detach = 6;

    private static readonly string[] Claims = [.. VolumeSpec.Kinds, Ephemeral];

    /// <summary>Whether its volume is on its way off the node when the last pod has gone.</summary>
    private static readonly Dictionary<string, bool> PodsAndWaits = new(StringComparer.Ordinal)
    {
        ["evicted"] = true,
        ["terminating before the drain began"] = true,
        ["past its grace and killed"] = true,
        ["completed"] = false,
        ["failed"] = false,
        ["of a DaemonSet"] = false,
        ["mirror"] = false,
        ["kept for its local data"] = false,
        ["kept by a finalizer"] = false,
    };

    private readonly ClusterRig _rig = new();

    public static TheoryData<string, string> All => new(Claims.SelectMany(_ => PodsAndWaits.Keys, (claim, pod) => (claim, pod)));

    [Theory]
    [MemberData(nameof(All))]
    public void Only_the_attached_volume_of_a_moved_pod_is_waited_for(string claim, string pod)
    {
        Add(claim, pod);

        var report = Drain();

        var waits = PodsAndWaits[pod] && claim is VolumeSpec.Ebs or VolumeSpec.InTree or Ephemeral;
        Assert.InRange(report.VolumesWaited.TotalSeconds, waits ? Detach - 0.1 : 0, waits ? Detach + 0.1 : 0.1);
        Assert.Equal(0, report.VolumesStillAttached);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void It_hides_the_volume_of_no_pod_that_is_moved_beside_it(string claim, string pod)
    {
        Add(claim, pod);
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"], StopsIn = TimeSpan.FromSeconds(100), GracePeriod = TimeSpan.FromSeconds(110) });

        var report = Drain();

        Assert.InRange(report.VolumesWaited.TotalSeconds, Detach - 0.1, Detach + 0.1);
        Assert.Equal(0, report.VolumesStillAttached);
    }

    [Theory]
    [InlineData(VolumeSpec.Ebs)]
    [InlineData(VolumeSpec.InTree)]
    public void A_detach_that_takes_its_time_is_given_it(string kind)
    {
        _rig.Cluster.AddVolume(new("its") { Kind = kind, DetachesIn = TimeSpan.FromSeconds(95) });
        _rig.Cluster.AddPod(_rig.Pod("other") with { Claims = ["its"] });

        Assert.InRange(Drain().VolumesWaited.TotalSeconds, 94.9, 95.1);
    }

    [Fact]
    public void A_volume_that_a_pod_which_stays_shares_with_a_moved_one_is_not_waited_for()
    {
        _rig.Cluster.AddDaemonSet(new("reader") { Claims = ["data"] });
        _rig.Cluster.AddPod(_rig.Pod("db") with { Claims = ["data"] });

        var report = Drain();

        Assert.Equal((0, 0), ((int)report.VolumesWaited.TotalSeconds, report.VolumesStillAttached));
    }

    public void Dispose() => _rig.Dispose();

    private DrainReport Drain() =>
        Assert.IsType<DrainOutcome.Drained>(_rig.Drain(_rig.Hook(_rig.Now.AddHours(1)), TestContext.Current.CancellationToken)).Report;

    private void Add(string claim, string pod)
    {
        if (claim is not Ephemeral)
        {
            _rig.Cluster.AddVolume(new("its") { Kind = claim });
        }

        var spec = (pod is "of a DaemonSet" ? new PodSpec("other") : _rig.Pod("other")) with { Claims = claim is Ephemeral ? [] : ["its"], Ephemeral = claim is Ephemeral ? ["its"] : [] };
        _rig.Options = new() { DeleteLocalData = pod is not "kept for its local data" };
        switch (pod)
        {
            case "evicted":
                _rig.Cluster.AddPod(spec);
                break;
            case "terminating before the drain began":
                _rig.Cluster.AddPod(spec with { StopsIn = TimeSpan.FromSeconds(20) });
                _rig.Ask("DELETE", "/api/v1/namespaces/default/pods/other");
                break;
            case "past its grace and killed":
                _rig.Cluster.AddPod(spec with { GracePeriod = TimeSpan.FromSeconds(5), StopsIn = TimeSpan.FromSeconds(50) });
                break;
            case "completed":
                _rig.Cluster.AddPod(spec with { FinishedAs = "Succeeded" });
                break;
            case "failed":
                _rig.Cluster.AddPod(spec with { FinishedAs = "Failed" });
                break;
            case "of a DaemonSet":
                _rig.Cluster.AddDaemonSet(spec);
                break;
            case "mirror":
                _rig.Cluster.AddPod(spec with { IsMirror = true });
                break;
            case "kept for its local data":
                _rig.Cluster.AddPod(spec with { HasEmptyDir = true });
                break;
            default:
                _rig.Cluster.AddPod(spec with { Finalizers = ["example.com/keep"], GracePeriod = TimeSpan.FromSeconds(1) });
                break;
        }
    }
}
