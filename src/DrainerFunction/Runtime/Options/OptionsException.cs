namespace DrainerFunction.Runtime.Options;

/// <summary>The environment does not describe a drainer; the message names every variable that is wrong and what is allowed.</summary>
internal sealed class OptionsException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems => problems;
}
