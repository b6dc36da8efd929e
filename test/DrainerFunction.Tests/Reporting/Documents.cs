using System.Reflection;

namespace DrainerFunction.Reporting;

/// <summary>The repository's own documents, to hold them against the code.</summary>
internal static class Documents
{
    public static string Root { get; } =
        typeof(Documents).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));
}
