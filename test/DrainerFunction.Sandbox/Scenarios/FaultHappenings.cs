using System.Diagnostics;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>The faults of a scenario: what AWS and the API servers answer instead of what they are asked.</summary>
internal sealed class FaultHappenings(Stage stage)
{
    public void Strike(FaultPart part)
    {
        if (part.Kind == "lag")
        {
            (stage.Home.Ec2.DescribeLag, stage.Home.AutoScaling.DescribeLag) = (part.For ?? TimeSpan.FromSeconds(30), part.For ?? TimeSpan.FromSeconds(30));
        }
        else if (part.Service == "kubernetes")
        {
            var operation = (part.Operation ?? "").Split(' ');
            foreach (var on in stage.Clusters.Values.Where(on => part.Cluster is null || on.Part.Name == part.Cluster))
            {
                on.Cluster.Faults.Add(new(KubernetesFault(part), Times: part.Times ?? int.MaxValue)
                {
                    Verb = operation[0].Length > 0 ? operation[0] : null,
                    Resource = operation.Length > 1 ? operation[1] : null,
                    Name = part.Instance is null ? part.Name : stage.Instance(part.Instance).NodeName,
                    Namespace = part.Namespace,
                    Group = on.Cluster.Settings.JudgedGroup,
                });
                ClearAfter(part.For, on.Cluster.Faults.Clear);
            }
        }
        else
        {
            stage.World.Aws.Faults.Add(new(AwsKind(part.Kind), part.Service, part.Operation)
            {
                Likelihood = part.Likelihood,
                Left = part.Times ?? int.MaxValue,
                Latency = part.Latency ?? TimeSpan.Zero,
            });
            ClearAfter(part.For, stage.World.Aws.Faults.Clear);
        }
    }

    private void ClearAfter(TimeSpan? time, Action clear)
    {
        if (time is { } length)
        {
            stage.World.Agenda.After(length, clear);
        }
    }

    private static AwsFaultKind AwsKind(string kind) => kind switch
    {
        "throttle" => AwsFaultKind.Throttle,
        "error" => AwsFaultKind.InternalError,
        "unavailable" => AwsFaultKind.Unavailable,
        "denied" => AwsFaultKind.Denied,
        "invalid" => AwsFaultKind.Invalid,
        "not-found" => AwsFaultKind.NotFound,
        "no-action" => AwsFaultKind.NoAction,
        "reset" => AwsFaultKind.Reset,
        "reset-after" => AwsFaultKind.ResetAfter,
        "latency" => AwsFaultKind.Latency,
        _ => throw new UnreachableException($"'{kind}' is no fault of an AWS service"),
    };

    private static Fault KubernetesFault(FaultPart part) => part.Kind switch
    {
        "too-many-requests" => new Fault.TooManyRequests(part.RetryAfter ?? part.Latency),
        "status" => new Fault.ServerError(part.Status, part.Text) { Reason = part.Reason, RetryAfter = part.RetryAfter },
        "expired" => new Fault.Expired(),
        "error" => new Fault.ServerError(500, "Internal error occurred: the sandbox was told to answer so"),
        "unavailable" => new Fault.ServerError(503, "the server is currently unable to handle the request"),
        "denied" => new Fault.ServerError(403, "forbidden: the sandbox was told to answer so"),
        "reset" => new Fault.ResetBefore(),
        "reset-after" => new Fault.ResetAfter(),
        "reset-in-body" => new Fault.ResetInBody(),
        "latency" => new Fault.Latency(part.Latency ?? TimeSpan.FromSeconds(1), TimeSpan.Zero),
        "stalled-body" => new Fault.StalledBody(part.Latency ?? TimeSpan.FromSeconds(30)),
        "silent-watch" => new Fault.SilentWatch(part.Latency ?? TimeSpan.Zero),
        "conflict" => new Fault.OtherWriter(),
        "closed-watch" => new Fault.ClosedWatch(part.Latency ?? TimeSpan.FromSeconds(1)),
        _ => throw new UnreachableException($"'{part.Kind}' is no fault of a Kubernetes API server"),
    };
}
