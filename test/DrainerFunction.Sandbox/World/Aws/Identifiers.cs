namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Names as AWS gives them out, drawn from the world's chance so that a seed fixes them.</summary>
internal sealed class Identifiers(Random chance)
{
    private const string KeyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public string Guid()
    {
        Span<byte> bytes = stackalloc byte[16];
        chance.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new System.Guid(bytes).ToString();
    }

    public string Hex(int digits)
    {
        var bytes = new byte[(digits + 1) / 2];
        chance.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes)[..digits];
    }

    public string Base64(int bytes)
    {
        var drawn = new byte[bytes];
        chance.NextBytes(drawn);
        return Convert.ToBase64String(drawn);
    }

    public string Key(string prefix, int length) => prefix + new string(chance.GetItems<char>(KeyLetters, length));
}
