using DrainerFunction.Reporting;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// An instance whose pods do not fit in the function's memory takes no other instance of its batch with it: its message
/// is sent on. One that was alone already fails, since no invocation would have more.
/// </summary>
internal sealed partial class MemoryGuard(ILogger<MemoryGuard> logger)
{
    private static readonly TimeSpan FirstHop = TimeSpan.FromSeconds(1);

    public async Task<InterruptionResult> RunAsync(InterruptionContext context, Func<Task<InterruptionResult>> stage)
    {
        try
        {
            return await stage();
        }
        catch (OutOfMemoryException) when (context.Batch.IsOfOne)
        {
            LogTooLarge(context.Instance.InstanceId);
            return InterruptionResult.Failed("its pods do not fit in the function's memory");
        }
        catch (OutOfMemoryException)
        {
            LogAlone(context.Instance.InstanceId);
            return InterruptionResult.Deferred(InterruptionOutcome.Continues, "its pods did not fit in memory beside those of the other instances of its batch", context.Instance.HopDelay(FirstHop));
        }
    }

    [LoggerMessage(EventId = 303, Level = LogLevel.Warning, Message = "Out of memory while handling {InstanceId} with the other instances of its batch. Its message is forwarded")]
    private partial void LogAlone(string instanceId);

    [LoggerMessage(EventId = 304, Level = LogLevel.Error, Message = "Out of memory while handling {InstanceId} alone; its messages are received again. Raise MemorySize")]
    private partial void LogTooLarge(string instanceId);
}
