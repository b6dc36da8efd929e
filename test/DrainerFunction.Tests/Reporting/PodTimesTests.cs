using DrainerFunction.ApiServer;
using DrainerFunction.ApiServer.Requests;
using DrainerFunction.Draining;
using DrainerFunction.Fakes;
using DrainerFunction.Nodes;
using DrainerFunction.Planning;
using DrainerFunction.Reporting.KubernetesEvents;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Reporting;

public sealed class PodTimesTests
{
    [Fact]
    public void A_pod_that_was_held_counts_from_when_it_was_first_asked()
    {
        var time = new FakeTimeProvider(Stories.Ten);
        var progress = new DrainProgress(new TargetNode(new(Stories.Scope, "prod"), "ip-1", "i-1", new EventSink()), new NoWitness(), time);
        var pod = new V1Pod { Metadata = new() { Name = "cart-0", NamespaceProperty = "shop", Uid = "u-1" }, Spec = new(), Status = new() };
        progress.Observe(new([new(pod, new Disposition.Evict(null))], ChangesAt: null));

        progress.Asked(pod.FullName);
        progress.RefusedByBudget(pod.FullName, "cart");
        time.Advance(TimeSpan.FromSeconds(9));
        progress.Asked(pod.FullName);
        progress.Accepted(pod.FullName, new(Obstacle: null, GracePeriod: null, GraceWasCut: false));
        var report = Assert.Single(progress.Report(podsWereListed: true, new PooledRequests(new EventSink(), new RequestPools(time).For(new(Stories.Scope, "prod")), Urgency.None), Stories.Ten).Pods);

        Assert.Equal((Stories.Ten, Stories.Ten.AddSeconds(9), 2), (report.AskedAt, report.AcceptedAt, report.Requests));
    }
}
