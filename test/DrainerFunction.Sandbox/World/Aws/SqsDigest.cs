using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>The MD5 digests that the SDKs compare with their own (SQS Developer Guide, "Calculating the MD5 message digest for message attributes").</summary>
internal static class SqsDigest
{
#pragma warning disable CA5351 // The protocol asks for MD5; it guards against transmission errors only.
    public static string OfBody(string body) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));

    public static string? OfAttributes(IReadOnlyDictionary<string, SqsAttribute> attributes)
    {
        if (attributes.Count == 0)
        {
            return null;
        }

        using var buffer = new MemoryStream();
        foreach (var (name, attribute) in attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(buffer, Encoding.UTF8.GetBytes(name));
            Append(buffer, Encoding.UTF8.GetBytes(attribute.DataType));
            buffer.WriteByte(attribute.BinaryValue is null ? (byte)1 : (byte)2);
            Append(buffer, attribute.BinaryValue ?? Encoding.UTF8.GetBytes(attribute.StringValue ?? ""));
        }

        return Convert.ToHexStringLower(MD5.HashData(buffer.ToArray()));
    }
#pragma warning restore CA5351

    private static void Append(MemoryStream buffer, byte[] value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        buffer.Write(length);
        buffer.Write(value);
    }
}
