using Amazon;

namespace DrainerFunction.Aws;

/// <summary>Turns the ARN that a record carries into the queue's URL.</summary>
internal static class QueueAddress
{
    /// <param name="arn">As <c>arn:aws:sqs:eu-west-1:123456789012:name</c>.</param>
    /// <exception cref="FormatException">It is no queue's ARN.</exception>
    public static Uri Of(string arn) => arn.Split(':') switch
    {
        ["arn", _, "sqs", var region, var account, var name] =>
            new($"https://sqs.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}/{account}/{name}"),
        _ => throw new FormatException($"\"{arn}\" is not the ARN of a queue."),
    };
}
