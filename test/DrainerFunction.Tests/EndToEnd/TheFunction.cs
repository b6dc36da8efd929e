using DrainerFunction.Sandbox;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.Scenarios;

namespace DrainerFunction.Tests.EndToEnd;

/// <summary>
/// The true program as processes of its own: the build beside the tests, or the native bootstrap that DRAINER_FUNCTION
/// names.
/// </summary>
internal static class TheFunction
{
    public static FunctionProgram Program { get; } =
        Environment.GetEnvironmentVariable("DRAINER_FUNCTION") is { Length: > 0 } path ? FunctionProgram.At(path) : BuiltFunction.Find();

    /// <summary>A native process starts in milliseconds; with it nothing needs to be left out.</summary>
    public static bool IsNative => Program.IsNative;

    /// <summary>
    /// What goes wrong while the machine does not keep up with the speed is played again at one that it keeps up with. A machine that has no
    /// time for the lowest is said to be too busy, and the test is skipped: that says nothing about the function.
    /// </summary>
    public static async Task<(PlayEnd End, SandboxRun Run)> PlayAsync(Scenario scenario, double speed, params IReadOnlyList<KillPoint> killAt)
    {
        for (var tries = 0; ; tries++)
        {
            await using var run = new SandboxRun(scenario, new() { Program = Program, Speed = speed, KillAt = killAt });
            var end = await run.PlayAsync(TestContext.Current.CancellationToken);
            if (end.IsGood || run.Pace.SlowerSpeed is not { } slower)
            {
                return (end, run);
            }

            Assert.SkipWhen(tries > 1, $"This machine is too busy to play {scenario.Name}: it did not keep up with speed {speed}.");
            speed = slower;
        }
    }

    /// <summary>What a human needs to see when it went wrong.</summary>
    public static string Explain(PlayEnd end, SandboxRun run) => string.Join(Environment.NewLine,
    [
        .. end.Unmet, .. end.Violations.Select(violation => $"never allowed: {violation.Rule}: {violation.How}"),
        .. run.World.Tape.Happenings.TakeLast(60).Select(one => $"{(one.At - run.Play.Start).TotalSeconds,8:0.00} {one.Area} {one.What}: {one.Text}"),
    ]);
}
