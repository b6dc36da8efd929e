using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>What the function's processes print, line by line, and the objection to any secret in it.</summary>
internal sealed class FunctionLogs(SimulatedWorld world)
{
    private readonly HashSet<string> _secrets = ["k8s-aws-v1.", "X-Amz-Signature="];
    private readonly List<LogLine> _lines = [];

    public IReadOnlyList<LogLine> Lines => _lines;

    /// <summary>Under the gate. Never to be seen in a log from here on.</summary>
    public void AddSecret(string secret) => _secrets.Add(secret);

    /// <summary>Under the gate.</summary>
    public void Write(string environment, string line)
    {
        _lines.Add(new(world.Now, environment, line));
        world.Tape.Record("lambda", "log", environment, line);
        foreach (var secret in _secrets.Where(secret => line.Contains(secret, StringComparison.Ordinal)))
        {
            world.Invariants.Break("No token, secret or webhook URL appears in a log.", $"{environment} printed one that begins with {secret[..Math.Min(8, secret.Length)]}…");
        }
    }
}

internal sealed record LogLine(DateTimeOffset At, string Environment, string Text);
