using System.Text;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Rig;

/// <summary>Standard output of the simulated processes: each line goes onto the world's tape, where secrets are looked for.</summary>
internal sealed class LogTape(SimulatedWorld world) : MemoryStream
{
    private readonly FunctionLogs _logs = new(world);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (world.Gate)
        {
            _logs.Write("in-process", Encoding.UTF8.GetString(buffer).TrimEnd('\n'));
        }
    }

    public override string ToString() => string.Join('\n', _logs.Lines.Select(line => line.Text));
}
