using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DrainerFunction;

/// <summary>What a build takes from elsewhere is named by its content, or stands on the list of what is to be pinned at the first release.</summary>
public sealed partial class SupplyChainTests
{
    [Fact]
    public void What_is_not_named_by_its_content_is_what_the_page_on_releasing_lists() =>
        Assert.Equal(Listed().Order(), Unpinned().Order());

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    public void What_is_shipped_is_locked_for_its_runtime_by_the_hash_of_each_package(string runtime)
    {
        var locked = JsonNode.Parse(Stack.Text($"src/DrainerFunction/packages.{runtime}.lock.json"))!["dependencies"]!.AsObject();
        var packages = locked.SelectMany(framework => framework.Value!.AsObject()).ToList();

        Assert.Equal(["net10.0", $"net10.0/{runtime}"], locked.Select(framework => framework.Key));
        Assert.All(packages.Where(package => package.Value!["type"]!.ToString() != "Project"), package => Assert.NotEmpty(package.Value!["contentHash"]!.ToString()));
        Assert.Contains(packages, package => package.Key == $"runtime.{runtime}.Microsoft.DotNet.ILCompiler");
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    public void Both_lock_files_know_the_packages_of_the_build_and_the_native_compiler_besides(string runtime)
    {
        var (plain, native) = (Versions("packages.lock.json"), Versions($"packages.{runtime}.lock.json"));

        Assert.Equal(["Microsoft.DotNet.ILCompiler"], native.Keys.Except(plain.Keys).Order());
        Assert.All(plain, package => Assert.Equal(package.Value, native[package.Key]));
        Assert.Contains($"<NativeCompilerVersion>{native["Microsoft.DotNet.ILCompiler"]}</NativeCompilerVersion>", Stack.Text("src/DrainerFunction/DrainerFunction.csproj"), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Versions(string file) =>
        JsonNode.Parse(Stack.Text($"src/DrainerFunction/{file}"))!["dependencies"]!["net10.0"]!.AsObject()
            .ToDictionary(package => package.Key, package => package.Value!["resolved"]!.ToString());

    private static IEnumerable<string> Listed() =>
        Row().Matches(Stack.Text("docs/releasing.md").Split("## To be pinned at the first release")[1]).Select(row => row.Groups["what"].Value);

    private static IEnumerable<string> Unpinned()
    {
        foreach (var workflow in Directory.EnumerateFiles(Path.Combine(Stack.Root, ".github", "workflows")))
        {
            foreach (var action in Action().Matches(File.ReadAllText(workflow)).Select(use => use.Groups).Where(use => !Commit().IsMatch(use["version"].Value)))
            {
                yield return action["name"].Value;
            }
        }

        var container = Stack.Text("deploy/Dockerfile");
        foreach (var image in Image().Matches(container).Select(from => from.Groups["image"].Value).Where(image => image != "scratch" && !image.Contains("@sha256:", StringComparison.Ordinal)))
        {
            yield return image.Split(':')[0];
        }

        foreach (var package in Stack.Text("test/template/requirements.txt").Split('\n').Where(line => line.Contains("==", StringComparison.Ordinal) && !line.Contains("--hash=", StringComparison.Ordinal)))
        {
            yield return package.Split("==")[0];
        }
    }

    [GeneratedRegex(@"^\| `(?<what>[^`]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex(@"uses: (?<name>[\w./-]+)@(?<version>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Action();

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex Commit();

    [GeneratedRegex(@"^(FROM |# syntax=)(?<image>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Image();
}
