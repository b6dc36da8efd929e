using System.Security.Cryptography;
using System.Text;
using DrainerFunction.Sandbox.Scenarios;
using DrainerFunction.Sandbox.View;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using DrainerFunction.Sandbox.World.Kubernetes;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>A world that goes on until somebody stops it: says how to reach it, then tells what happens in it.</summary>
internal sealed class ServedWorld(TextWriter output)
{
    public async Task RunAsync(Scenario scenario, RunSettings settings, CancellationToken cancellationToken)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await using var run = new SandboxRun(scenario, settings with { Guests = shown => shown == token ? ApiUser.Admin : null });
        var timeline = new Timeline(run.Stage);
        await run.OpenAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("drainer-sandbox-");
        try
        {
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, Kubeconfig(run, token), cancellationToken);
            Admit(run);
            await output.WriteLineAsync(Introduction(run, kubeconfig));
            lock (run.World.Gate)
            {
                timeline.Begin();
                var story = new Story(run.Stage, () => timeline.Start);
                run.World.Tape.Recorded += happening => Tell(story, happening);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, run.Time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await output.WriteLineAsync("The sandbox ends.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Tell(Story story, Happening happening)
    {
        if (story.Tell(happening) is { } line)
        {
            output.WriteLine(story.Plain(line));
        }
    }

    /// <summary>Whoever has the administrator's keys may also come with a token of <c>aws eks get-token</c>.</summary>
    private static void Admit(SandboxRun run)
    {
        foreach (var (name, on) in run.Stage.Clusters)
        {
            on.Region.Eks.CreateAccessEntry(name, run.World.Aws.Credentials.Administrator.PrincipalArn, "kubernetes-admin", "system:masters");
        }
    }

    private static string Kubeconfig(SandboxRun run, string token)
    {
        var text = new StringBuilder("apiVersion: v1\nkind: Config\n");
        text.Append($"current-context: {run.Endpoints[0].Name}\n");
        text.Append("users:\n").Append($"- name: sandbox\n  user: {{ token: {token} }}\n");
        text.Append("clusters:\n");
        foreach (var (name, address, authority) in run.Endpoints)
        {
            text.Append($"- name: {name}\n  cluster:\n    server: {address.AbsoluteUri.TrimEnd('/')}\n")
                .Append($"    certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(authority))}\n");
        }

        text.Append("contexts:\n");
        foreach (var (name, _, _) in run.Endpoints)
        {
            text.Append($"- name: {name}\n  context: {{ cluster: {name}, user: sandbox }}\n");
        }

        return text.ToString();
    }

    private static string Introduction(SandboxRun run, string kubeconfig)
    {
        var (key, home) = (run.World.Aws.Credentials.Administrator, run.Stage.Home);
        var instances = run.Stage.InstanceNames.Select(run.Stage.Instance).ToList();
        var (member, spot) = (instances.FirstOrDefault(one => !one.IsSpot) ?? instances.FirstOrDefault(), instances.FirstOrDefault(one => one.IsSpot));
        var text = new StringBuilder();
        text.AppendLine($"{run.Stage.Scenario.Description} {instances.Count} instances; speed {run.Time.Rate:0.#}. Ctrl-C ends it. In another terminal:");
        text.AppendLine();
        text.AppendLine($"export KUBECONFIG={kubeconfig}");
        text.AppendLine($"export AWS_ENDPOINT_URL={run.AwsEndpoint.AbsoluteUri.TrimEnd('/')} AWS_DEFAULT_REGION={home.Name}");
        text.AppendLine($"export AWS_ACCESS_KEY_ID={key.Id} AWS_SECRET_ACCESS_KEY={key.Secret}");
        text.AppendLine();
        text.AppendLine("and there, for example:");
        text.AppendLine();
        text.AppendLine("kubectl get nodes");
        text.AppendLine("kubectl get pods --all-namespaces --output wide --watch");
        text.AppendLine("aws autoscaling describe-auto-scaling-instances --output table");
        if (member is not null)
        {
            text.AppendLine($"echo '{{\"plan\":{{\"instance\":\"{member.InstanceId}\"}}}}' | aws lambda invoke --function-name {run.Stage.FunctionSettings.Name} --payload fileb:///dev/stdin answer.json && cat answer.json");
            text.AppendLine($"aws autoscaling terminate-instance-in-auto-scaling-group --instance-id {member.InstanceId} --should-decrement-desired-capacity");
        }

        if (spot is not null)
        {
            text.AppendLine($"aws events put-events --entries '{SpotWarning(spot)}'");
        }

        return text.ToString();
    }

    // On the real bus nobody but AWS may say aws.ec2; here everybody may play AWS.
    private static string SpotWarning(Instance spot) =>
        $$"""[{"Source":"aws.ec2","DetailType":"EC2 Spot Instance Interruption Warning","Detail":"{\"instance-id\":\"{{spot.InstanceId}}\",\"instance-action\":\"terminate\"}"}]""";
}
