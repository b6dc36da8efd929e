using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>Lambda freezes a process between invocations; SIGSTOP and SIGCONT do the same here. Without effect on Windows.</summary>
internal static partial class Signals
{
    public static void Freeze(Process process) => Send(process, OperatingSystem.IsMacOS() ? 17 : 19);

    public static void Thaw(Process process) => Send(process, OperatingSystem.IsMacOS() ? 19 : 18);

    private static void Send(Process process, int signal)
    {
        if (!OperatingSystem.IsWindows() && !process.HasExited)
        {
            _ = Kill(process.Id, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
