using System.Reflection;
using System.Text.RegularExpressions;

namespace DrainerFunction;

public sealed partial class LayeringTests
{
    // The order of the way of the data. A folder may use those before it, never those behind it.
    private static readonly string[] Order =
        ["Runtime", "Interruptions", "Aws", "ApiServer", "Nodes", "Planning", "Draining", "Lifecycle", "Reporting"];

    public static TheoryData<string> Folders => [.. Order];

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_uses_only_the_folders_before_it(string folder)
    {
        var allowed = Order.TakeWhile(earlier => earlier != folder).Append(folder);

        Assert.DoesNotContain(UsedBy(folder), used => Order.Contains(used) && !allowed.Contains(used));
    }

    [Fact]
    public void Every_folder_of_the_function_has_its_place_in_the_order() =>
        Assert.All(
            Directory.EnumerateDirectories(Source).Select(Path.GetFileName).Except(["bin", "obj"]),
            folder => Assert.Contains(folder, Order));

    private static IEnumerable<string> UsedBy(string folder) =>
        from file in Directory.Exists(Path.Combine(Source, folder)) ? Directory.EnumerateFiles(Path.Combine(Source, folder), "*.cs", SearchOption.AllDirectories) : []
        from Match use in Mention().Matches(File.ReadAllText(file))
        select use.Groups[1].Value;

    private static string Source => Path.Combine(
        typeof(LayeringTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!,
        "src/DrainerFunction");

    [GeneratedRegex(@"\bDrainerFunction\.(\w+)")]
    private static partial Regex Mention();
}
