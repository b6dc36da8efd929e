using System.Diagnostics;
using System.Globalization;

namespace DrainerFunction.Bench;

/// <summary>How busy the machine was during a measurement: what is measured under load is good as a ratio only.</summary>
internal sealed class MachineLoad
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly double _stalled = Stalled();
    private readonly string _load = Load();

    public static string Machine => $"{Model()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024):0} GiB";

    public override string ToString()
    {
        var share = (Stalled() - _stalled) / Stopwatch.GetElapsedTime(_began).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"load average {_load} at the beginning, {Load()} at the end; something waited for a core {share:0%} of the time");
    }

    private static string Load() => Proc.Read("/proc/loadavg")?.Split(' ')[0] ?? "unknown";

    // Pressure stall information: microseconds in which at least one task was ready and had no core.
    private static double Stalled() =>
        Proc.Read("/proc/pressure/cpu")?.Split('\n')[0].Split("total=") is [_, var total] ? double.Parse(total, CultureInfo.InvariantCulture) / 1e6 : double.NaN;

    private static string Model() =>
        Proc.Read("/proc/cpuinfo")?.Split('\n').FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
}
