using System.ComponentModel;
using System.Diagnostics;

namespace DrainerFunction.Bench;

/// <summary>The peer: <c>kubectl drain</c> as a human types it.</summary>
internal static class Kubectl
{
    /// <summary>Null if there is none on PATH.</summary>
    public static async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("kubectl", ["version", "--client"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return said.Split('\n')[0].Replace("Client Version: ", "", StringComparison.Ordinal).Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <param name="directory">Its cache: empty, as in a fresh container.</param>
    /// <param name="share">What it is held to from its start.</param>
    public static async Task<KubectlRun> DrainAsync(string kubeconfig, string directory, IEnumerable<string> nodes, CancellationToken cancellationToken, ShareGroup? share = null)
    {
        string[] held = share is null ? [] : ["-c", $"echo $$ > {share.Members}; exec kubectl \"$@\"", "kubectl"];
        var start = new ProcessStartInfo(share is null ? "kubectl" : "/bin/sh",
        [
            .. held, "--kubeconfig", kubeconfig, "--cache-dir", directory,
            "drain", .. nodes, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=600s",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var (peak, used) = (0L, TimeSpan.Zero);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var exit = process.WaitForExitAsync(cancellationToken);
        while (!exit.IsCompleted)
        {
            (peak, used) = (Proc.PeakMemory(process.Id) ?? peak, Longer(used, Proc.ProcessorTime(process.Id)));
            await Task.WhenAny(exit, look.WaitForNextTickAsync(cancellationToken).AsTask());
        }

        await exit;
        await output;
        return process.ExitCode == 0 ? new(peak, used) : throw new InvalidOperationException($"kubectl drain ended with {process.ExitCode}: {await errors}");
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <param name="PeakMemory">In bytes.</param>
internal sealed record KubectlRun(long PeakMemory, TimeSpan ProcessorTime);
