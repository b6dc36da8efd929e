namespace DrainerFunction.Aws;

/// <summary>Queues of a dry run: nothing is sent, and no message is hidden for longer than it is.</summary>
internal sealed class ReadOnlyQueues(IQueues queues) : IQueues
{
    public Uri UrlOf(string queueArn) => queues.UrlOf(queueArn);

    public Task<IReadOnlyList<string>> ChangeVisibilityAsync(Uri queue, IReadOnlyList<string> receiptHandles, TimeSpan visibility, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task SendAsync(Uri queue, string body, IReadOnlyDictionary<string, string> attributes, TimeSpan delay, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<QueueState> DescribeAsync(Uri queue, CancellationToken cancellationToken) => queues.DescribeAsync(queue, cancellationToken);
}
