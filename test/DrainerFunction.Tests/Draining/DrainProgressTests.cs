using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Fakes;
using DrainerFunction.Nodes;
using DrainerFunction.Planning;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.KubernetesEvents;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Draining;

public sealed class DrainProgressTests
{
    private readonly FakeTimeProvider _time = new(Stories.Ten);

    [Fact]
    public void A_pod_that_was_held_counts_from_when_it_was_first_asked()
    {
        var progress = Progress();
        var pod = new V1Pod { Metadata = new() { Name = "cart-0", NamespaceProperty = "shop", Uid = "u-1" }, Spec = new(), Status = new() };
        progress.Observe(new([new(pod, new Disposition.Evict(null))], ChangesAt: null));

        progress.Asked(pod.FullName);
        progress.RefusedByBudget(pod.FullName, "cart");
        _time.Advance(TimeSpan.FromSeconds(9));
        progress.Asked(pod.FullName);
        progress.Accepted(pod.FullName, new(Obstacle: null, GracePeriod: null, GraceWasCut: false));
        var report = Assert.Single(Report(progress).Pods);

        Assert.Equal((Stories.Ten, Stories.Ten.AddSeconds(9), 2), (report.AskedAt, report.AcceptedAt, report.Requests));
    }

    [Fact]
    public void The_trouble_of_a_report_is_the_one_that_came_last()
    {
        var progress = Progress();
        progress.Trouble("list the pods", "no answer");
        progress.Trouble("watch the node", "403");

        progress.Trouble("list the pods", "503");

        Assert.Equal("503", Report(progress).Trouble);
    }

    private DrainProgress Progress() => new(new TargetNode(new(Stories.Scope, "prod"), "ip-1", "i-1", new EventSink()), new NoObserver(), _time);

    private DrainReport Report(DrainProgress progress) => progress.Report(
        podsWereListed: true, new PooledRequests(new EventSink(), new RequestPools(_time).For(new(Stories.Scope, "prod")), Urgency.None), Stories.Ten);
}
