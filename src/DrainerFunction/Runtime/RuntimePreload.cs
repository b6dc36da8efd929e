using System.Runtime.ExceptionServices;

namespace DrainerFunction.Runtime;

/// <summary>
/// What the first connection and the first cancellation would wait for: until the first invocation is asked for Lambda lends whole cores, and afterwards
/// the same takes its share of one.
/// </summary>
internal static class RuntimePreload
{
    /// <summary>Reads the system's authorities on a thread beside the start. Before any other thread is started.</summary>
    /// <returns>Ends when all are read, whether or not that went well.</returns>
    public static Task ReadAuthorities(IReadOnlyDictionary<string, string> environment)
    {
        SystemCertificates.ReadFromOneBundle(environment);
        return Task.Factory.StartNew(ReadAuthorities, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// A watch that is cancelled writes down the names of its callers, between the last pod and the hook; the first to do so sorts the names of all methods.
    /// </summary>
    public static void SortMethodNames() => _ = ExceptionDispatchInfo.SetCurrentStackTrace(new OperationCanceledException());

    private static void ReadAuthorities()
    {
        try
        {
            SystemCertificates.Read();
        }
#pragma warning disable CA1031 // The first connection meets it again, where it can be reported.
        catch (Exception)
#pragma warning restore CA1031
        {
            return;
        }
    }
}
