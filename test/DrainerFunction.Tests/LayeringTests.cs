using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DrainerFunction;

/// <summary>Who uses whom, by the compiler's symbols: a type counts whether it is named through a using, an alias, a full name or not at all.</summary>
public sealed class LayeringTests
{
    // The order of the way of the data. A folder, its subfolders included, may use those before it, never those behind it.
    internal static readonly string[] Order =
    [
        "Runtime", "Interruptions", "Aws", "Continuations", "ApiServer", "Nodes", "Planning", "Cordoning", "Draining",
        "Lifecycle", "Reporting", "Intake", "Handling", "Batches", "DirectInvocations", "Sweeping", "WarmUp",
    ];

    private static readonly Lazy<IReadOnlyDictionary<string, IReadOnlySet<string>>> Graph = new(Uses);

    public static TheoryData<string> Folders => [.. Order];

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_uses_only_itself_and_the_folders_before_it(string folder)
    {
        var allowed = Order.TakeWhile(earlier => earlier != folder).Append(folder).ToHashSet();

        None(
            from file in Graph.Value
            where Room(file.Key) == folder
            from used in file.Value
            where !allowed.Contains(Room(used))
            select $"{file.Key} uses {used}");
    }

    [Fact]
    public void Every_folder_of_the_function_has_its_place_in_the_order() =>
        Assert.Equal(Order.Order(), Graph.Value.Keys.Select(Room).Where(room => room is not "").Distinct().Order());

    [Fact]
    public void At_most_five_files_lie_at_the_root_and_nothing_below_uses_them()
    {
        Assert.InRange(Graph.Value.Keys.Count(file => Room(file) is ""), 1, 5);
        None(
            from file in Graph.Value
            where Room(file.Key) is not ""
            from used in file.Value
            where Room(used) is ""
            select $"{file.Key} uses {used}");
    }

    [Fact]
    public void No_circle_of_files_reaches_over_more_than_one_folder() =>
        None(
            from circle in Circles()
            where circle.Select(Path.GetDirectoryName).Distinct().Count() > 1
            select string.Join(", ", circle.Order()));

    [Fact]
    public void A_namespace_is_its_folder() =>
        None(
            from tree in Parsed()
            from space in tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
            let folder = Path.GetDirectoryName(tree.FilePath)!.Replace('\\', '/')
            where space.Name.ToString() != (folder is "" ? "DrainerFunction" : $"DrainerFunction.{folder.Replace('/', '.')}")
            select $"{tree.FilePath} is in {space.Name}");

    [Fact]
    public void The_graph_sees_a_type_that_no_using_names() =>
        Assert.Contains("Runtime/Options/DrainerOptions.cs", Graph.Value["Composition.cs"]);

    // xunit cuts a long collection short; what is wrong is to be read whole.
    private static void None(IEnumerable<string> wrong)
    {
        var all = wrong.ToList();
        Assert.True(all is [], string.Join(Environment.NewLine, all));
    }

    private static string Room(string file) => file.Contains('/', StringComparison.Ordinal) ? file[..file.IndexOf('/', StringComparison.Ordinal)] : "";

    private static string Source => Path.Combine(
        typeof(LayeringTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!,
        "src/DrainerFunction");

    private static List<SyntaxTree> Parsed() =>
    [
        .. from path in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
           let file = Path.GetRelativePath(Source, path).Replace('\\', '/')
           where !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal)
           select CSharpSyntaxTree.ParseText(File.ReadAllText(path), new CSharpParseOptions(LanguageVersion.Preview), file),
    ];

    // What generators write is missing, which costs nothing: what they write uses nothing that its file does not use.
    private static IReadOnlyDictionary<string, IReadOnlySet<string>> Uses()
    {
        var trees = Parsed();
        var implicitUsings = CSharpSyntaxTree.ParseText(
            string.Concat(new[] { "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks" }
                .Select(name => $"global using {name};")),
            new CSharpParseOptions(LanguageVersion.Preview));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is not ("bootstrap.dll" or "DrainerFunction.Tests.dll"))
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("function", [.. trees, implicitUsings], references);
        return trees.ToDictionary(tree => tree.FilePath, tree => UsedBy(tree, compilation.GetSemanticModel(tree)));
    }

    private static IReadOnlySet<string> UsedBy(SyntaxTree tree, SemanticModel model) =>
    (
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let found = model.GetSymbolInfo(name)
        from symbol in found.Symbol is { } one ? [one] : found.CandidateSymbols.Take(1)
        from place in Outermost(symbol)?.DeclaringSyntaxReferences ?? []
        where place.SyntaxTree != tree && place.SyntaxTree.FilePath is not ""
        select place.SyntaxTree.FilePath).ToHashSet();

    private static INamedTypeSymbol? Outermost(ISymbol symbol)
    {
        var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    // Files that reach each other: Tarjan's strongly connected components.
    private static List<List<string>> Circles()
    {
        var (index, low, stack, circles) = (new Dictionary<string, int>(), new Dictionary<string, int>(), new Stack<string>(), new List<List<string>>());
        foreach (var file in Graph.Value.Keys.Where(file => !index.ContainsKey(file)))
        {
            Visit(file);
        }

        return circles;

        void Visit(string file)
        {
            index[file] = low[file] = index.Count;
            stack.Push(file);
            foreach (var used in Graph.Value[file])
            {
                if (!index.TryGetValue(used, out var seen))
                {
                    Visit(used);
                    low[file] = Math.Min(low[file], low[used]);
                }
                else if (stack.Contains(used))
                {
                    low[file] = Math.Min(low[file], seen);
                }
            }

            if (low[file] == index[file])
            {
                var circle = new List<string>();
                while (circle.LastOrDefault() != file)
                {
                    circle.Add(stack.Pop());
                }

                circles.Add(circle);
            }
        }
    }
}
