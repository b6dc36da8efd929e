using System.Globalization;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>What Lambda itself writes into a function's log when an invocation has ended, in its text format.</summary>
internal static class PlatformLines
{
    private const long Megabyte = 1024 * 1024;

    /// <param name="peak">Bytes.</param>
    public static IEnumerable<string> Of(Invocation invocation, InvocationEnd end, TimeSpan duration, long peak)
    {
        var (error, status) = end switch
        {
            InvocationEnd.OutOfMemory => ($"RequestId: {invocation.RequestId} Error: Runtime exited with error: signal: killed", "\tStatus: error\tError Type: Runtime.ExitError"),
            InvocationEnd.Crashed => ($"RequestId: {invocation.RequestId} Error: Runtime exited without providing a reason", "\tStatus: error\tError Type: Runtime.ExitError"),
            InvocationEnd.TimedOut timedOut => ($"{invocation.RequestId} Task timed out after {Number(timedOut.After.TotalSeconds)} seconds", "\tStatus: timeout"),
            _ => (null, ""),
        };
        if (error is not null)
        {
            yield return error;
        }

        var size = invocation.Function.MemoryMegabytes;
        yield return $"REPORT RequestId: {invocation.RequestId}\tDuration: {Number(duration.TotalMilliseconds)} ms\tBilled Duration: {Math.Ceiling(duration.TotalMilliseconds):0} ms"
            + $"\tMemory Size: {size} MB\tMax Memory Used: {Math.Min(size, (peak + Megabyte - 1) / Megabyte)} MB{status}";
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
