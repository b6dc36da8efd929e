using System.Globalization;

namespace DrainerFunction.Bench;

/// <summary>
/// A control group that gives its processes a share of one core, in slices of 20 ms as Lambda does. Version 1 has it in a
/// hierarchy of its own; version 2 needs the cpu controller in a leaf.
/// </summary>
internal sealed class ShareGroup : IDisposable
{
    private const int Period = 20_000;
    private const double WholeCoreMegabytes = 1769;
    private const string Version1 = "/sys/fs/cgroup/cpu";
    private const string Version2 = "/sys/fs/cgroup";
    private readonly string _directory;

    private ShareGroup(string directory) => _directory = directory;

    /// <summary>Where a process writes its own id to be held from its first instruction on.</summary>
    public string Members => Path.Combine(_directory, "cgroup.procs");

    /// <summary>Of a core, that Lambda gives to a function's memory in MB; no more than one, though Lambda gives more above 1,769 MB.</summary>
    public static double Of(int memory) => Math.Min(1, memory / WholeCoreMegabytes);

    /// <returns>The group, or why there is none.</returns>
    public static (ShareGroup? Group, string? Why) TryMake(double share)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"drainer-bench-{Environment.ProcessId}-{Guid.NewGuid():N}");
        var quota = Math.Max(1000, (int)(Math.Min(1, share) * Period)).ToString(CultureInfo.InvariantCulture);
        var period = Period.ToString(CultureInfo.InvariantCulture);
        try
        {
            if (File.Exists(Path.Combine(Version1, "cpu.shares")))
            {
                var directory = Directory.CreateDirectory(Path.Combine(Version1, name)).FullName;
                File.WriteAllText(Path.Combine(directory, "cpu.cfs_period_us"), period);
                File.WriteAllText(Path.Combine(directory, "cpu.cfs_quota_us"), quota);
                return (new(directory), null);
            }

            if (Proc.Read(Path.Combine(Version2, "cgroup.controllers"))?.Split(' ', '\n').Contains("cpu") != true)
            {
                return (null, "there is no cpu controller under /sys/fs/cgroup");
            }

            File.WriteAllText(Path.Combine(Version2, "cgroup.subtree_control"), "+cpu");
            var leaf = Directory.CreateDirectory(Path.Combine(Version2, name)).FullName;
            File.WriteAllText(Path.Combine(leaf, "cpu.max"), $"{quota} {period}");
            return (new(leaf), null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return (null, $"a control group cannot be made here: {refused.Message}");
        }
    }

    /// <summary>From now on this process and its threads have the share.</summary>
    public void Hold(int process) => File.WriteAllText(Members, process.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        try
        {
            Directory.Delete(_directory);
        }
        catch (IOException)
        {
            // A process in it has not quite ended; an empty group is all that stays.
        }
    }
}
