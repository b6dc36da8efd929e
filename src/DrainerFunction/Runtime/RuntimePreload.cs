using System.Runtime.ExceptionServices;

namespace DrainerFunction.Runtime;

/// <summary>
/// What the first connection and the first cancellation would wait for, read on a thread beside the start: until the first invocation is asked for Lambda
/// lends whole cores, and afterwards the same takes its share of one.
/// </summary>
internal static class RuntimePreload
{
    /// <summary>Before any other thread is started.</summary>
    /// <returns>Ends when all is read, whether or not that went well.</returns>
    public static Task Read(IReadOnlyDictionary<string, string> environment)
    {
        SystemCertificates.ReadFromOneBundle(environment);
        return Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void Read()
    {
        try
        {
            SystemCertificates.Read();

            // A watch that is cancelled writes down the names of its callers, between the last pod and the hook. The first to do so sorts the names of all methods.
            _ = ExceptionDispatchInfo.SetCurrentStackTrace(new OperationCanceledException());
        }
#pragma warning disable CA1031 // The first connection meets it again, where it can be reported.
        catch (Exception)
#pragma warning restore CA1031
        {
            return;
        }
    }
}
