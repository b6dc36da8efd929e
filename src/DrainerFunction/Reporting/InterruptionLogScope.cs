using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting;

/// <summary>What every line about an instance carries, so that one search finds them all. The request id is the invocation's own scope.</summary>
internal static class InterruptionLogScope
{
    extension(ILogger logger)
    {
        public IDisposable? BeginInterruption(InterruptionReport report) => logger.BeginScope(new KeyValuePair<string, object?>[]
        {
            new("interruptionId", report.InterruptionId),
            new("instanceId", report.InstanceId),
        });
    }
}
