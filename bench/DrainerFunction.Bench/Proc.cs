using System.Globalization;
using System.Runtime.InteropServices;

namespace DrainerFunction.Bench;

/// <summary>What Linux tells about processes. Elsewhere nothing is known, and the tables say so.</summary>
internal static partial class Proc
{
    // clock_getcpuclockid(3) makes a clock of a process's id and this.
    private const int ScheduledTime = 2;

    /// <summary>The most memory that the process ever had in RAM, in bytes; null once it is gone.</summary>
    public static long? PeakMemory(int process) => Read($"/proc/{process}/status")?.Split('\n')
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => (long?)(long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024)).FirstOrDefault();

    /// <summary>The processor's time that it has used, with that of threads that have ended.</summary>
    public static TimeSpan ProcessorTime(int process) =>
        OperatingSystem.IsLinux() && GetTime((~process << 3) | ScheduledTime, out var time) == 0 ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick)) : TimeSpan.Zero;

    /// <summary>The processes of the function that this one started and that live.</summary>
    public static IReadOnlyList<int> Functions() => !Directory.Exists("/proc/self") ? [] :
    [
        .. from directory in Directory.GetDirectories("/proc")
           let name = Path.GetFileName(directory)
           where name.All(char.IsAsciiDigit)
           let stat = Read($"{directory}/stat")
           where stat is not null
           let fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')
           where fields[1] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture) && fields[0] != "Z"
           where stat.Contains("(bootstrap)", StringComparison.Ordinal) || stat.Contains("(dotnet)", StringComparison.Ordinal)
           select int.Parse(name, CultureInfo.InvariantCulture),
    ];

    /// <summary>A file of the kernel's; null if it, or the process that it tells of, is gone.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
