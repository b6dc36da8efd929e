using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace DrainerFunction.Runtime;

/// <summary>
/// .NET reads all of the system's authorities before it checks its first certificate, whatever signed that, and most systems have each of them three times:
/// in one bundle, in a file of its own, and in a link to that. They are read once, from the bundle.
/// </summary>
internal static class SystemCertificates
{
    // Where OpenSSL looks, on every Linux; where one of them is set, it holds.
    private const string FileVariable = "SSL_CERT_FILE";
    private const string DirectoryVariable = "SSL_CERT_DIR";

    // Amazon Linux, Debian. Without one of them OpenSSL's own places are read.
    private static readonly string[] Bundles = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"];

    /// <summary>Before any other thread is started: it changes the C library's environment.</summary>
    public static void ReadFromOneBundle(IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.ContainsKey(FileVariable) && !environment.ContainsKey(DirectoryVariable) && Bundles.FirstOrDefault(File.Exists) is { } bundle)
        {
            _ = SetVariable(FileVariable, bundle, 1);
            _ = SetVariable(DirectoryVariable, "/var/empty", 1);
        }
    }

    public static void Read()
    {
        using var authorities = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        foreach (var authority in authorities.Certificates)
        {
            authority.Dispose();
        }
    }

    // .NET keeps its own variables from the C library, which OpenSSL's are read from.
    [DllImport("libc", EntryPoint = "setenv", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
