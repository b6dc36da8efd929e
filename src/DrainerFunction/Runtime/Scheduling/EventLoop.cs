namespace DrainerFunction.Runtime.Scheduling;

/// <summary>
/// The one thread on which the function's code runs, first come first served: between two awaits nothing else happens,
/// so the engine needs no locks. A test can take its continuations one by one with <see cref="RunNext"/>.
/// </summary>
internal sealed class EventLoop : SynchronizationContext
{
    // Guards the queue, and wakes the thread that waits for it: a Monitor and not a Lock.
    private readonly object _gate = new();
    private readonly Queue<Continuation> _continuations = [];
    private bool _dropped;

    /// <summary>Starts the work on the calling thread and keeps that thread until the work is done.</summary>
    public T Run<T>(Func<Task<T>> main)
    {
        var work = Start(main);
        _ = work.ContinueWith(
            static (_, loop) => ((EventLoop)loop!).Post(static _ => { }, null), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (!work.IsCompleted)
        {
            if (!RunNext())
            {
                WaitForNext();
            }
        }

        return work.GetAwaiter().GetResult();
    }

    /// <summary>Starts the work as the next continuation would start it; the caller has to call <see cref="RunNext"/>.</summary>
    public T Start<T>(Func<T> main)
    {
        using var _ = new Scope(this);
        return main();
    }

    /// <summary>Runs the oldest continuation on the calling thread.</summary>
    /// <returns>False when there is none.</returns>
    public bool RunNext()
    {
        Continuation next;
        lock (_gate)
        {
            if (!_continuations.TryDequeue(out next))
            {
                return false;
            }
        }

        using var _ = new Scope(this);
        next.Callback(next.State);
        return true;
    }

    /// <summary>Forgets what waits and takes nothing more: to the outside, the process has died. Only the tests of deaths ask for it.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            _dropped = true;
            _continuations.Clear();
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            if (_dropped)
            {
                return;
            }

            _continuations.Enqueue(new(d, state));
            Monitor.Pulse(_gate);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("The event loop accepts posts only: a caller that waits for it from outside could wait forever.");

    public override SynchronizationContext CreateCopy() => this;

    private void WaitForNext()
    {
        lock (_gate)
        {
            while (_continuations.Count == 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private readonly record struct Continuation(SendOrPostCallback Callback, object? State);

    /// <summary>Makes the loop the current context, and the former one again at the end.</summary>
    private readonly ref struct Scope
    {
        private readonly SynchronizationContext? _former;

        public Scope(EventLoop loop)
        {
            _former = Current;
            SetSynchronizationContext(loop);
        }

        public void Dispose() => SetSynchronizationContext(_former);
    }
}
