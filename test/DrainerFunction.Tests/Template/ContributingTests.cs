using System.Text.RegularExpressions;

namespace DrainerFunction;

/// <summary>The page for contributors leads to files that are there.</summary>
public sealed partial class ContributingTests
{
    private static readonly string Page = Stack.Text("CONTRIBUTING.md");

    public static TheoryData<string> Named => [.. Code().Matches(Page).Select(code => code.Groups["name"].Value).Distinct()];

    [Theory, MemberData(nameof(Named))]
    public void Every_file_that_the_page_for_contributors_names_is_there(string name) =>
        Assert.True(
            name.Contains('/', StringComparison.Ordinal)
                ? Path.Exists(Path.Combine(Stack.Root, name))
                : Directory.EnumerateFiles(Path.Combine(Stack.Root, "src"), name, SearchOption.AllDirectories).Any(),
            $"{name} is not there.");

    [Fact]
    public void The_table_of_folders_is_the_order_that_the_layering_test_holds() =>
        Assert.Equal(LayeringTests.Order, Folder().Matches(Page).Select(row => row.Groups["folder"].Value));

    [Fact]
    public void The_way_of_one_interruption_is_told_in_ten_lines() =>
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"{number}."), Step().Matches(Page).Select(step => step.Value));

    // A file by its name alone, or a path; placeholders and commands are neither.
    [GeneratedRegex("`(?<name>([A-Za-z]+\\.cs)|((src|test|docs|deploy|bench|\\.ci|\\.github)/[\\w./-]+))`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\| `(?<folder>[A-Za-z]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Folder();

    [GeneratedRegex(@"^\d+\.", RegexOptions.Multiline)]
    private static partial Regex Step();
}
