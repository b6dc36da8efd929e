using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>One event of a watch. The object is shared with the store: read it, never change it.</summary>
internal sealed record WatchEvent(string Type, JsonObject Object)
{
    public JsonObject ToJson() => new() { ["type"] = Type, ["object"] = Object.DeepClone() };
}

/// <summary>
/// The events of one watch, in order, until somebody closes it. The reader drains the queue with <see cref="TryRead"/>
/// whenever it is told that there is something; both happen under the world's gate.
/// </summary>
internal sealed class WatchStream(Lock gate) : IDisposable
{
    private readonly Queue<WatchEvent> _queue = new();
    private Action? _told;
    private Action? _ended;

    public bool IsClosed { get; private set; }

    /// <summary>A silent watch stays open and swallows everything: the fault that a client cannot see.</summary>
    public bool IsSilent { get; set; }

    /// <summary><paramref name="told"/> runs under the gate each time an event was queued and when the stream is closed; at once if there is something already.</summary>
    public void Subscribe(Action told)
    {
        lock (gate)
        {
            _told = told;
            if (_queue.Count > 0 || IsClosed)
            {
                told();
            }
        }
    }

    /// <summary>Takes the next event; false when there is none for now, or never again if <see cref="IsClosed"/>.</summary>
    public bool TryRead(out WatchEvent next)
    {
        lock (gate)
        {
            return _queue.TryDequeue(out next!);
        }
    }

    public void Close()
    {
        lock (gate)
        {
            if (!IsClosed)
            {
                IsClosed = true;
                _ended?.Invoke();
                _told?.Invoke();
            }
        }
    }

    /// <summary>Ends it without what was not read yet.</summary>
    /// <param name="error">A Status that is told first; null for none.</param>
    public void Fail(JsonObject? error)
    {
        _queue.Clear();
        if (error is not null)
        {
            Send(new("ERROR", error));
        }

        Close();
    }

    public void Dispose() => Close();

    internal void Send(WatchEvent next)
    {
        if (!IsClosed && !IsSilent)
        {
            _queue.Enqueue(next);
            _told?.Invoke();
        }
    }

    internal void WhenClosed(Action ended) => _ended += ended;
}
