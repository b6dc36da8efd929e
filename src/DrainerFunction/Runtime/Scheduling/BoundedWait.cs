namespace DrainerFunction.Runtime.Scheduling;

/// <summary>Waits that end: what waits is cancelled when its time is up, and the caller is told and goes on.</summary>
internal static class BoundedWait
{
    extension(TimeProvider time)
    {
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

        /// <exception cref="TimeoutException">There is no answer in that time, or what was to bring it has given up itself.</exception>
        public async Task<T> AnswerWithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        {
            using var up = new CancellationTokenSource(RoundedTime.Milliseconds(limit), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(up.Token, cancellationToken);
            try
            {
                return await ask(either.Token);
            }
            catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"no response within {limit.TotalSeconds:0} s", cancelled);
            }
        }
    }
}
