using System.Reflection;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Sandbox;

/// <summary>The function that was built together with the sandbox.</summary>
internal static class BuiltFunction
{
    public static FunctionProgram Find()
    {
        var facts = typeof(BuiltFunction).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(fact => fact.Key, fact => fact.Value);
        var configuration = facts["Configuration"]!.ToLowerInvariant();
        return FunctionProgram.At(Path.Combine(facts["RepositoryRoot"]!, "artifacts", "bin", "DrainerFunction", configuration, "bootstrap.dll"));
    }
}
