namespace DrainerFunction.Sandbox.World;

/// <summary>Everything that happened in the world, in order: for the live view, the summary, the report and the tests.</summary>
internal sealed class Tape(TimeProvider time)
{
    private readonly List<Happening> _happenings = [];

    /// <summary>Raised under the world's gate, right after the happening was recorded.</summary>
    public event Action<Happening>? Recorded;

    /// <summary>Read under the world's gate, or when the world stands still.</summary>
    public IReadOnlyList<Happening> Happenings => _happenings;

    /// <param name="area">One of: sqs, ec2, autoscaling, events, sts, eks, ssm, kubernetes, lambda, webhook, fault, sandbox.</param>
    /// <param name="what">A short stable word for machines: evicted, pod-gone, cordoned, hook-completed, …</param>
    /// <param name="subject">What it happened to: an instance id, a node, a pod as namespace/name, a message id.</param>
    /// <param name="text">One line for a human.</param>
    public void Record(string area, string what, string subject, string text)
    {
        var happening = new Happening(time.GetUtcNow(), area, what, subject, text);
        _happenings.Add(happening);
        Recorded?.Invoke(happening);
    }
}

internal sealed record Happening(DateTimeOffset At, string Area, string What, string Subject, string Text);
