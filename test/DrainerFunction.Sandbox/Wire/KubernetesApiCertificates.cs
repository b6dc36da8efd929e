using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>A certificate authority and a server certificate, made in memory and valid for days on the wall's clock.</summary>
internal sealed record KubernetesApiCertificates(string AuthorityPem, X509Certificate2 Server) : IDisposable
{
    public static KubernetesApiCertificates Make(KubernetesApiCertificate kind, IReadOnlyList<string> hosts)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var told = Authority("sandbox-ca", now);
        using var foreign = Authority("sandbox-ca", now);
        return new(told.ExportCertificatePem(), Leaf(kind, hosts, kind is KubernetesApiCertificate.ForeignAuthority ? foreign : told, now));
    }

    public void Dispose() => Server.Dispose();

    private static X509Certificate2 Authority(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    private static X509Certificate2 Leaf(KubernetesApiCertificate kind, IReadOnlyList<string> hosts, X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (kind is KubernetesApiCertificate.WrongHost)
        {
            names.AddDnsName("another-cluster.example");
        }
        else
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddDnsName("localhost");
            names.AddDnsName("kubernetes");
            foreach (var host in hosts)
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        using var signed = request.Create(authority, now.AddHours(-1), now.AddDays(29), RandomNumberGenerator.GetBytes(16));
        using var whole = signed.CopyWithPrivateKey(key);
        // Through PKCS#12, for a key that lives only in memory is refused by TLS on some platforms.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
