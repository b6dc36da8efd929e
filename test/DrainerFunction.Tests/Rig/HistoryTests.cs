using System.Globalization;
using CsCheck;

namespace DrainerFunction.Rig;

/// <summary>
/// Drawn histories against the invariants of the world. HISTORIES=n draws n of them; CsCheck_Seed=… replays a failing
/// one, which is shrunk to what is needed first.
/// </summary>
public sealed class HistoryTests
{
    private const int ByDefault = 150;

    [Fact]
    public void Whatever_is_delivered_fails_or_dies_every_node_ends_drained_and_no_message_is_lost() =>
        History.Any.Sample(
            history =>
            {
                using var run = new InProcessRun(history.ToScenario(), history.Seed) { KillAfter = history.KillAfter.Select(step => (long)step).ToHashSet() };
                var end = run.PlayToEnd();
                return end.IsGood ? true : throw new InvalidOperationException($"unmet [{string.Join("; ", end.Unmet)}] violations [{string.Join("; ", end.Violations)}]\n{run.History}");
            },
            iter: int.TryParse(Environment.GetEnvironmentVariable("HISTORIES"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : ByDefault,
            threads: 1,
            print: history => $"{history} victims [{string.Join(", ", history.Victims)}] happens [{string.Join(", ", history.Happens)}] kills [{string.Join(", ", history.KillAfter)}]");
}
