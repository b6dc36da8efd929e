using System.Diagnostics;
using System.Globalization;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>How much memory a process holds: its resident set, on Linux the highest it ever was (VmHWM, proc(5)).</summary>
internal static class ProcessMemory
{
    /// <returns>Bytes; 0 once the process is gone.</returns>
    public static long Of(Process process)
    {
        try
        {
            return OperatingSystem.IsLinux() ? HighWaterMark(File.ReadLines($"/proc/{process.Id}/status")) : WorkingSet(process);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0;
        }
    }

    /// <summary>A zombie's status has no such line.</summary>
    public static long HighWaterMark(IEnumerable<string> status) =>
        status.FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
            && long.TryParse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture, out var kilobytes)
                ? kilobytes * 1024 : 0;

    private static long WorkingSet(Process process)
    {
        process.Refresh();
        return process.HasExited ? 0 : process.WorkingSet64;
    }
}
