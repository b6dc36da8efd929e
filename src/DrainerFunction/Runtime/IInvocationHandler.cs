namespace DrainerFunction.Runtime;

internal interface IInvocationHandler
{
    /// <returns>The answer, as JSON.</returns>
    Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellationToken);
}
