using System.Globalization;
using System.Text;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Answers in pages; a token remembers where the next one begins.</summary>
internal static class Pages
{
    public static Page<T> Of<T>(IEnumerable<T> all, int size, string? nextToken)
    {
        var skip = 0;
        if (!string.IsNullOrEmpty(nextToken) && !TryRead(nextToken, out skip))
        {
            throw new AwsError("InvalidNextToken", "The token '" + nextToken + "' is invalid.", 400);
        }

        var rest = all.Skip(skip).Take(size + 1).ToList();
        return rest.Count > size
            ? new([.. rest.Take(size)], Convert.ToBase64String(Encoding.UTF8.GetBytes((skip + size).ToString(CultureInfo.InvariantCulture))))
            : new(rest, null);
    }

    private static bool TryRead(string token, out int skip)
    {
        Span<byte> bytes = stackalloc byte[64];
        skip = 0;
        return token.Length <= 64 && Convert.TryFromBase64String(token, bytes, out var length)
            && int.TryParse(bytes[..length], CultureInfo.InvariantCulture, out skip) && skip >= 0;
    }
}
