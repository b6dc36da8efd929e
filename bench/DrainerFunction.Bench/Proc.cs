using System.Globalization;

namespace DrainerFunction.Bench;

/// <summary>What Linux tells about processes. Elsewhere nothing is known, and the tables say so.</summary>
internal static class Proc
{
    /// <summary>The most memory that the process ever had in RAM, in bytes; null once it is gone.</summary>
    public static long? PeakMemory(int process) => Read($"/proc/{process}/status")?.Split('\n')
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => (long?)(long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024)).FirstOrDefault();

    /// <summary>The processor's time that its threads of today have used.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        var tasks = $"/proc/{process}/task";
        var nanoseconds = !Directory.Exists(tasks) ? 0 : Directory.GetDirectories(tasks)
            .Sum(task => Read($"{task}/schedstat") is { } text ? long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) : 0);
        return TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }

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
}
