using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.World;

/// <summary>
/// The ONE model of everything around the function: AWS on one side, EKS clusters on the other, one clock, one seed.
/// It does no input or output; sockets (Wire/) and the in-process rig of the tests only adapt to it.
/// Every read and write holds <see cref="Gate"/>; it is re-entrant.
/// </summary>
internal sealed class SimulatedWorld : IDisposable
{
    public SimulatedWorld(TimeProvider time, int seed)
    {
        Time = time;
        Seed = seed;
        Chance = new Random(seed);
        Agenda = new(time, Gate);
        Tape = new(time);
        Invariants = new(time);
        Aws = new(this);
    }

    public Lock Gate { get; } = new();

    public TimeProvider Time { get; }

    public int Seed { get; }

    /// <summary>The only source of chance in the world; drawn from under the gate.</summary>
    public Random Chance { get; }

    public Agenda Agenda { get; }

    public Tape Tape { get; }

    public Invariants Invariants { get; }

    public Machines Machines { get; } = new();

    public AwsCloud Aws { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public void Dispose() => Agenda.Dispose();
}
