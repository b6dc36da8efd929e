using DrainerFunction.Interruptions;

namespace DrainerFunction.Draining;

/// <summary>The deadline of a drain under way. Another interruption of the same instance may move it, and the drain plans anew at once.</summary>
internal sealed class DeadlineSource(Deadline deadline)
{
    public event Action? Moved;

    public Deadline Current { get; private set; } = deadline;

    public void Move(Deadline deadline)
    {
        if (deadline != Current)
        {
            Current = deadline;
            Moved?.Invoke();
        }
    }
}
