using System.Diagnostics;
using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.Scenarios;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>A command of a kubeconfig that prints a token (client.authentication.k8s.io), such as <c>aws eks get-token</c>.</summary>
internal sealed record ExecCredential(string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables)
{
    public static ExecCredential Of(YamlMappingNode exec) => new(
        KubeconfigFile.Text(exec, "command") ?? throw new FormatException("its exec has no command"),
        [.. KubeconfigFile.Items(exec, "args").Select(argument => ((YamlScalarNode)argument).Value ?? "")],
        KubeconfigFile.Items(exec, "env").OfType<YamlMappingNode>()
            .ToDictionary(variable => KubeconfigFile.Text(variable, "name") ?? "", variable => KubeconfigFile.Text(variable, "value") ?? ""));

    /// <exception cref="ScenarioException">The command failed, or printed no token.</exception>
    public async Task<(string Token, DateTimeOffset? Expires)> RunAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Command, Arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new ScenarioException($"{Command} of the kubeconfig does not start");
        var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var status = process.ExitCode == 0 ? JsonNode.Parse(printed)?["status"] : null;
        return status?["token"]?.ToString() is { Length: > 0 } token
            ? (token, (DateTimeOffset?)status["expirationTimestamp"])
            : throw new ScenarioException($"{Command} of the kubeconfig gave no token (exit code {process.ExitCode})");
    }
}
