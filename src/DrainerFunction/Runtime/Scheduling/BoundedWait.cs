namespace DrainerFunction.Runtime.Scheduling;

internal static class BoundedWait
{
    extension(TimeProvider time)
    {
        /// <summary>Waits for something for so long at most: what waits is cancelled then, and the caller is told and goes on.</summary>
        /// <returns>False when the time is up first.</returns>
        public async Task<bool> WithinAsync(TimeSpan limit, Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
        {
            using var up = new CancellationTokenSource(RoundedTime.Milliseconds(limit), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(up.Token, cancellationToken);
            try
            {
                await wait(either.Token);
                return true;
            }
            catch (OperationCanceledException) when (up.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
