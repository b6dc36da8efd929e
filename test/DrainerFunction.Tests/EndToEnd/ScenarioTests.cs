namespace DrainerFunction.Tests.EndToEnd;

/// <summary>
/// Scenarios as a user plays them, with the program as it was built. All of them, with the native program: .ci/run.
/// </summary>
[Collection("processes")]
public sealed class ScenarioTests(PlayedScenarios played) : IClassFixture<PlayedScenarios>
{
    public static TheoryData<string> Names => [.. PlayedScenarios.Speeds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_built_program_ends_a_scenario_as_it_must(string name) => Assert.Null(await played.WrongAsync(name));
}
