using DrainerFunction.Reporting;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>
/// An instance whose pods do not fit in the function's memory takes no other instance of its batch with it: it goes on as a message of its own.
/// One that was alone already fails, since no invocation would have more.
/// </summary>
internal sealed partial class MemoryGuard(ILogger<MemoryGuard> logger)
{
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
            return InterruptionResult.Deferred(InterruptionOutcome.Continues, "its pods did not fit in memory beside those of the other instances of its batch", TimeSpan.Zero);
        }
    }

    [LoggerMessage(EventId = 303, Level = LogLevel.Warning, Message = "Out of memory while handling {InstanceId} with the other instances of its batch. It continues as a message of its own")]
    private partial void LogAlone(string instanceId);

    [LoggerMessage(EventId = 304, Level = LogLevel.Error, Message = "Out of memory while handling {InstanceId} alone; its messages are received again. Raise MemorySize")]
    private partial void LogTooLarge(string instanceId);
}
