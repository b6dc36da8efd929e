using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Tests.Sandbox;

/// <summary>An execution environment whose program is a lambda of the test; null leaves the invocation running.</summary>
internal sealed class ScriptedEnvironment(int number, Func<Invocation, InvocationEnd?> program) : ExecutionEnvironment
{
    public override string AccessKey => $"ASIATEST{number}";

    public bool WasKilled { get; private set; }

    public override void Take(Invocation invocation)
    {
        invocation.Begin();
        if (program(invocation) is { } end)
        {
            invocation.End(end);
        }
    }

    public override void Kill() => WasKilled = true;
}
