using System.Globalization;
using System.Text.RegularExpressions;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// A request of the function at which its process dies: <c>REQUEST#n:before</c> or <c>:after</c>. REQUEST is <c>*</c>,
/// a service (<c>kubernetes</c>) or an operation (<c>CompleteLifecycleAction</c>, <c>patch nodes</c>).
/// </summary>
internal sealed partial record KillPoint(string Request, int Nth, bool After)
{
    /// <exception cref="FormatException">It is none; the message shows how to write one.</exception>
    public static KillPoint Parse(string text)
    {
        var match = Shape().Match(text);
        return match.Success
            ? new(match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), match.Groups[3].Value == "after")
            : throw new FormatException($"'{text}' is no kill point; write REQUEST#n:before or REQUEST#n:after, for example '*#7:before' or 'CompleteLifecycleAction#1:after'");
    }

    public bool Matches(string service, string operation) => Request == "*" || Request == service || Request == operation;

    public override string ToString() => $"{Request}#{Nth}:{(After ? "after" : "before")}";

    [GeneratedRegex("^([^#]+)#([1-9][0-9]{0,8}):(before|after)$")]
    private static partial Regex Shape();
}
