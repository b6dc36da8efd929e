namespace DrainerFunction.Aws;

/// <summary>The queues that feed the function. They are told apart by URL; each is in the function's own account and region.</summary>
internal interface IQueues
{
    /// <summary>Where a queue is, from the ARN that its records carry. No request is sent.</summary>
    /// <exception cref="FormatException">It is not the ARN of a queue.</exception>
    Uri UrlOf(string queueArn);

    /// <summary>Sets how long messages stay hidden from other receivers, ten a call, whole seconds.</summary>
    /// <returns>The receipt handles that no longer hold their message, because it became visible again or was deleted.</returns>
    /// <exception cref="AwsCallException">A call failed as a whole.</exception>
    Task<IReadOnlyList<string>> ChangeVisibilityAsync(
        Uri queue, IReadOnlyList<string> receiptHandles, TimeSpan visibility, CancellationToken cancellationToken);

    /// <summary>What lies in a queue, and where what cannot be handled goes.</summary>
    /// <exception cref="AwsCallException">The call failed, or there is no such queue.</exception>
    Task<QueueState> DescribeAsync(Uri queue, CancellationToken cancellationToken);

    /// <param name="delay">0 to 900 s.</param>
    /// <exception cref="AwsCallException">The message may or may not have been sent.</exception>
    Task SendAsync(
        Uri queue, string body, IReadOnlyDictionary<string, string> attributes, TimeSpan delay, CancellationToken cancellationToken);
}

/// <param name="Messages">Those that wait to be received, about.</param>
internal sealed record QueueState(string QueueArn, int Messages, string? DeadLetterQueueArn);

internal interface IParameters
{
    /// <summary>The decrypted value of an SSM parameter.</summary>
    /// <exception cref="AwsCallException">The call failed, or there is no such parameter.</exception>
    Task<string> GetAsync(string name, CancellationToken cancellationToken);
}
