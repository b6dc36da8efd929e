using System.IO.Compression;
using DrainerFunction.Sandbox.Lambda;

namespace DrainerFunction.Sandbox;

/// <summary>What Lambda could not start from a zip, the sandbox does not start either.</summary>
public sealed class FunctionZipTests : IDisposable
{
    private const int Executable = 0b1_000_000_111_101_101; // rwxr-xr-x of a regular file
    private const int Readable = 0b1_000_000_110_100_100;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("function-zip-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_bootstrap_of_a_zip_is_unpacked_as_it_was_packed()
    {
        var program = FunctionProgram.At(Zip("bootstrap", Executable));

        Assert.Equal(("bootstrap", "the function", true), (Path.GetFileName(program.Path), File.ReadAllText(program.Path), program.IsNative));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(program.Path).HasFlag(UnixFileMode.UserExecute));
    }

    [Theory]
    [InlineData("publish/bootstrap", Executable, "has no bootstrap at its root, but publish/bootstrap.")]
    [InlineData("bootstrap", Readable, "may not be executed")]
    public void A_zip_that_lambda_could_not_start_is_refused(string name, int mode, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => FunctionProgram.At(Zip(name, mode))).Message, StringComparison.Ordinal);

    private string Zip(string name, int mode)
    {
        var path = Path.Combine(_folder.FullName, "drainer.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        var entry = zip.CreateEntry(name);
        entry.ExternalAttributes = mode << 16;
        using var content = new StreamWriter(entry.Open());
        content.Write("the function");
        return path;
    }
}
