using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DrainerFunction.Sandbox.Scenarios;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DrainerFunction.Sandbox.Serve;

/// <summary>What one context of a kubeconfig says: where the cluster is, what it is trusted by, and as whom to come.</summary>
internal sealed record KubeconfigFile
{
    public required string ContextName { get; init; }

    public required Uri Server { get; init; }

    /// <summary>Null: the system's authorities.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The name that the server's certificate must have, where it is not the address's.</summary>
    public string? TlsServerName { get; init; }

    public X509Certificate2? ClientCertificate { get; init; }

    public string? Token { get; init; }

    public string? TokenFile { get; init; }

    public ExecCredential? Exec { get; init; }

    /// <param name="context">Null: the current one.</param>
    /// <exception cref="ScenarioException">It is missing or wrong; the message is for the user.</exception>
    public static KubeconfigFile Read(string path, string? context)
    {
        try
        {
            var yaml = new YamlStream();
            using (var reader = File.OpenText(path))
            {
                yaml.Load(reader);
            }

            return Read((YamlMappingNode)yaml.Documents[0].RootNode, context, Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or YamlException or FormatException or InvalidCastException or CryptographicException or ArgumentException)
        {
            throw new ScenarioException($"The kubeconfig {path} cannot be used: {wrong.Message}", wrong);
        }
    }

    private static KubeconfigFile Read(YamlMappingNode root, string? asked, string folder)
    {
        var name = asked ?? Text(root, "current-context") ?? throw new FormatException("it has no current-context; name one with --context");
        var context = Named(root, "contexts", name, "context");
        var cluster = Named(root, "clusters", Text(context, "cluster") ?? "", "cluster");
        var user = Named(root, "users", Text(context, "user") ?? "", "user");
        if (Text(cluster, "insecure-skip-tls-verify") == "true")
        {
            throw new FormatException("insecure-skip-tls-verify is not followed; give the cluster's certificate-authority");
        }

        var authority = Bytes(cluster, "certificate-authority", folder);
        var (certificate, key) = (Bytes(user, "client-certificate", folder), Bytes(user, "client-key", folder));
        return new()
        {
            ContextName = name,
            Server = new(Text(cluster, "server") ?? throw new FormatException($"cluster of context {name} has no server")),
            Authorities = authority is null ? null : Import(authority),
            TlsServerName = Text(cluster, "tls-server-name"),
            ClientCertificate = certificate is null || key is null ? null : Pair(certificate, key),
            Token = Text(user, "token"),
            TokenFile = Text(user, "tokenFile") is { } file ? Path.Combine(folder, file) : null,
            Exec = Child(user, "exec") is { } exec ? ExecCredential.Of(exec) : null,
        };
    }

    public static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) && value is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : null;

    public static YamlMappingNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value as YamlMappingNode : null;

    public static IEnumerable<YamlNode> Items(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) && value is YamlSequenceNode sequence ? sequence.Children : [];

    private static YamlMappingNode Named(YamlMappingNode root, string list, string name, string part) =>
        Items(root, list).OfType<YamlMappingNode>().FirstOrDefault(item => Text(item, "name") == name) is { } found
            ? Child(found, part) ?? new YamlMappingNode()
            : throw new FormatException($"there is no '{name}' in its {list}");

    private static byte[]? Bytes(YamlMappingNode node, string key, string folder) =>
        Text(node, key + "-data") is { } encoded ? Convert.FromBase64String(encoded)
        : Text(node, key) is { } file ? File.ReadAllBytes(Path.Combine(folder, file))
        : null;

    private static X509Certificate2Collection Import(byte[] pem)
    {
        var collection = new X509Certificate2Collection();
        collection.ImportFromPem(Encoding.UTF8.GetString(pem));
        return collection;
    }

    private static X509Certificate2 Pair(byte[] certificate, byte[] key)
    {
        using var pair = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(certificate), Encoding.UTF8.GetString(key));
        // Through PKCS#12, for a key that lives only in memory is refused by TLS on some platforms.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pfx), null);
    }
}
