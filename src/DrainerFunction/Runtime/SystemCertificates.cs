using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DrainerFunction.Runtime;

/// <summary>
/// .NET reads all of the system's authorities before it checks its first certificate, whatever signed that: a hundred milliseconds where there
/// are as many files. They are read besides the start and the first questions instead of in the way of the first cordon.
/// </summary>
internal static class SystemCertificates
{
    public static void ReadAhead() => new Thread(Read) { IsBackground = true, Name = "certificates" }.Start();

    private static void Read()
    {
        try
        {
            using var authorities = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            foreach (var authority in authorities.Certificates)
            {
                authority.Dispose();
            }
        }
        catch (CryptographicException)
        {
            // The first connection meets it again, where it can be reported.
        }
    }
}
