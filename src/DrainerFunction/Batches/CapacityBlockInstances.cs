using DrainerFunction.Aws;
using DrainerFunction.Interruptions;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Batches;

/// <summary>The instances of a Capacity Block that is about to end, and when it does.</summary>
internal sealed partial class CapacityBlockInstances(IAwsClients aws, RecentRefusals refusals, DrainerOptions options, TimeProvider time, ILogger<CapacityBlockInstances> logger)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    /// <returns>Null where EC2 could not be asked. Ten minutes are left before they begin to go: it is asked every second for as long as the invocation lasts.</returns>
    public async Task<(DateTimeOffset? End, IReadOnlyList<string> InstanceIds)?> FindAsync(CapacityBlockWarning block, CancellationToken spent)
    {
        var instances = aws.In(new(block.Account, block.Region)).Instances;
        for (var pause = TimeSpan.Zero; ; pause = AskAgainAfter)
        {
            try
            {
                await Task.Delay(pause, time, spent);
                var reserved = await instances.DescribeReservedAsync(block.ReservationId, spent);
                return (await EndAsync(block, instances, spent), [.. reserved.Select(instance => instance.InstanceId)]);
            }
            catch (AwsCallException refused)
            {
                if (refusals.IsNew(block.ReservationId, $"{refused.Operation} {refused.Code}"))
                {
                    LogAskAgain(block.ReservationId, refused.Message);
                }
            }
            catch (OperationCanceledException) when (spent.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    // An extension that is paid late moves the end after the warning. A role that may not ask believes the warning.
    private async Task<DateTimeOffset?> EndAsync(CapacityBlockWarning block, IInstances instances, CancellationToken spent)
    {
        try
        {
            return options.VerifyInterruptions ? await instances.DescribeReservationEndAsync(block.ReservationId, spent) : block.EndsAt;
        }
        catch (AwsCallException denied) when (denied.Refusal is AwsRefusal.Denied)
        {
            return block.EndsAt;
        }
    }

    [LoggerMessage(EventId = 233, Level = LogLevel.Warning, Message = "Could not find the instances of Capacity Block {ReservationId}: {Why}. Retrying in 1 s")]
    private partial void LogAskAgain(string reservationId, string why);
}
