using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Tests.EndToEnd;

namespace DrainerFunction.Sandbox;

/// <summary>What a process asks with the credentials of a role that it assumed is its own request: counted, and a moment at which it can die.</summary>
[Collection("processes")]
public sealed class OtherAccountTests
{
    [Fact]
    public async Task A_process_dies_at_requests_that_it_makes_under_an_assumed_role()
    {
        var (end, run) = await TheFunction.PlayAsync(
            ScenarioFiles.Load("other-account"), 10, KillPoint.Parse("DescribeCluster#1:before"), KillPoint.Parse("patch nodes#1:after"));

        Assert.True(end.IsGood, TheFunction.Explain(end, run));
        Assert.Equal(2, run.KillSwitch!.Kills);
        var seen = run.KillSwitch.Requests.Select(request => $"{request.Service} {request.Operation}").ToHashSet();
        Assert.Superset(new HashSet<string> { "sts AssumeRole", "ec2 DescribeInstances", "eks DescribeCluster", "autoscaling CompleteLifecycleAction", "kubernetes create pods/eviction" }, seen);
        Assert.All(run.KillSwitch.Requests, request => Assert.Null(run.World.Aws.Credentials.Find(request.AccessKey)!.AssumedBy));
    }
}
