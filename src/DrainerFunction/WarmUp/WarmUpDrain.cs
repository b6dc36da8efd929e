using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DrainerFunction.Runtime;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.WarmUp;

/// <summary>
/// One drain before the first invocation, of a node that does not exist: what is made when it is first used (types, serializers, the SDK's
/// pipelines, the heap) is made while Lambda lends whole cores for the start. Its requests are answered within the process, its lines go nowhere, and
/// whatever goes wrong with it, the start goes on.
/// </summary>
internal sealed partial class WarmUpDrain(TimeProvider time, ILogger logger)
{
    /// <summary>By this the clock of a warm-up is faster than the machine's: what a drain waits for is short, and no time limit is met.</summary>
    public const double Rate = 100;

    public const string InstanceId = "i-00000000000000000";

    private const string Account = "000000000000";

    // Half a second of the machine's.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(Rate / 2);
    private static readonly TimeSpan Deadline = TimeSpan.FromHours(1);

    /// <param name="handler">Over <see cref="WarmUpAws"/> and <see cref="WarmUpCluster"/>.</param>
    /// <returns>Whether the node was drained and both messages were acknowledged.</returns>
    public async Task<bool> RunAsync(IInvocationHandler handler, string region)
    {
        using var stop = new CancellationTokenSource();
        try
        {
            var now = time.GetUtcNow();
            var answer = await handler.HandleAsync(
                new()
                {
                    RequestId = "warm-up",
                    Deadline = now + Deadline,
                    FunctionArn = $"arn:aws:lambda:{region}:{Account}:function:warm-up",
                    Payload = Batch(region, now),
                },
                stop.Token).WaitAsync(Longest, time);
            return JsonNode.Parse(answer.Span)?["batchItemFailures"] is JsonArray { Count: 0 };
        }
#pragma warning disable CA1031 // It is only to save time: nothing of it may end the start.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogBrokenOff(failure);
            return false;
        }
        finally
        {
            stop.Cancel();
        }
    }

    // A Spot warning and a termination hook of one instance: between them they take every stage.
    private static byte[] Batch(string region, DateTimeOffset now)
    {
        var at = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string[] details =
        [
            $$"""{"detail-type":"EC2 Spot Instance Interruption Warning","source":"aws.ec2","detail":{"instance-id":"{{InstanceId}}","instance-action":"terminate"}""",
            $$"""{"detail-type":"EC2 Instance-terminate Lifecycle Action","source":"aws.autoscaling","detail":{"EC2InstanceId":"{{InstanceId}}","LifecycleActionToken":"{{Guid.Empty}}","AutoScalingGroupName":"warm-up","LifecycleHookName":"warm-up","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING","Origin":"AutoScalingGroup","Destination":"EC2"}""",
        ];
        var records = details.Select((detail, number) =>
        {
            var body = $$"""{{detail}},"version":"0","id":"{{Guid.Empty}}","account":"{{Account}}","region":"{{region}}","time":"{{at}}","resources":[]}""";
            return $$"""
                {"messageId":"warm-up-{{number}}","receiptHandle":"warm-up-{{number}}","body":"{{JsonEncodedText.Encode(body)}}","messageAttributes":{},"eventSource":"aws:sqs",
                 "eventSourceARN":"arn:aws:sqs:{{region}}:{{Account}}:warm-up","awsRegion":"{{region}}",
                 "attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"{{now.ToUnixTimeMilliseconds()}}","SenderId":"AIDAWARMUP"} }
                """;
        });
        return Encoding.UTF8.GetBytes($$"""{"Records":[{{string.Join(',', records)}}]}""");
    }

    [LoggerMessage(EventId = 106, Level = LogLevel.Debug, Message = "The warm-up before the first invocation broke off; the first invocation only takes longer")]
    private partial void LogBrokenOff(Exception failure);
}
