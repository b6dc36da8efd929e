using System.Diagnostics;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>The built function and how it is started: a native <c>bootstrap</c>, or an assembly that <c>dotnet</c> runs.</summary>
internal sealed record FunctionProgram(string Path)
{
    public bool IsNative => !Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);

    /// <param name="path">A native bootstrap, bootstrap.dll, a folder with one of them, or a zip as it is deployed.</param>
    /// <exception cref="FileNotFoundException">There is nothing at that path.</exception>
    public static FunctionProgram At(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var file = Directory.Exists(full)
            ? new[] { "bootstrap.dll", "bootstrap" }.Select(name => System.IO.Path.Combine(full, name)).FirstOrDefault(File.Exists)
            : full;
        return !File.Exists(file) ? throw new FileNotFoundException($"There is no function at {path}: give the path of a native bootstrap, of bootstrap.dll or of a zip.", path)
            : file.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? new(FunctionZip.Unpack(file))
            : new(file);
    }

    public ProcessStartInfo StartInfo()
    {
        var start = IsNative
            ? new ProcessStartInfo(Path)
            : new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        start.WorkingDirectory = System.IO.Path.GetDirectoryName(Path)!;
        Inherit(start.Environment);
        return start;
    }

    /// <summary>Of the caller's environment only what a process needs to start; the rest would make runs differ.</summary>
    private static void Inherit(IDictionary<string, string?> environment)
    {
        string[] needed = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "SystemRoot", "LD_LIBRARY_PATH"];
        foreach (var name in environment.Keys.Except(needed).ToList())
        {
            environment.Remove(name);
        }
    }
}
