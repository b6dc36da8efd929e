using System.IO.Compression;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>A deployment package, unpacked as Lambda does it: its root must hold a <c>bootstrap</c> that may be executed.</summary>
internal static class FunctionZip
{
    // The mode of a Unix file is in the upper half of a zip entry's external attributes.
    private const int ModeShift = 16;

    /// <returns>The unpacked file, which is there for as long as this process.</returns>
    /// <exception cref="InvalidDataException">Lambda could not start what is in the zip.</exception>
    public static string Unpack(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        var bootstrap = zip.GetEntry("bootstrap") ?? throw new InvalidDataException($"{path} has no bootstrap at its root, but {string.Join(", ", zip.Entries.Select(entry => entry.FullName))}.");
        var mode = (UnixFileMode)((bootstrap.ExternalAttributes >> ModeShift) & 0x1FF);
        if (!mode.HasFlag(UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead))
        {
            throw new InvalidDataException($"The bootstrap in {path} may not be executed by everybody ({mode}); Lambda would not start it.");
        }

        var folder = Directory.CreateTempSubdirectory("drainer-function-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        var file = Path.Combine(folder.FullName, bootstrap.Name);
        bootstrap.ExtractToFile(file);
        return file;
    }
}
