namespace DrainerFunction.Interruptions.Decoding;

/// <summary>Foreign text in a message for the operator: short, on one line.</summary>
internal static class UntrustedText
{
    private const int Longest = 80;

    public static string Short(string? text)
    {
        var line = string.Concat((text ?? "nothing").Take(Longest).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
        return text?.Length > Longest ? $"{line}…" : line;
    }
}
