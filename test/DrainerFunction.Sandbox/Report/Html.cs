using System.Globalization;
using System.Net;

namespace DrainerFunction.Sandbox.Report;

/// <summary>Writes markup in which every value is encoded: a pod's or budget's name in a log is anybody's text.</summary>
internal sealed class Html(TextWriter output)
{
    /// <summary>Markup as it stands in the source, with its holes filled by encoded values.</summary>
    public void Write(FormattableString markup)
    {
        output.Write(markup.ToString(Encoding.Instance));
        output.Write('\n');
    }

    public void WriteRaw(string markup) => output.Write(markup);

    private sealed class Encoding : IFormatProvider, ICustomFormatter
    {
        public static readonly Encoding Instance = new();

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            Markup trusted => trusted.Text,
            IFormattable value => WebUtility.HtmlEncode(value.ToString(format, CultureInfo.InvariantCulture)),
            _ => WebUtility.HtmlEncode(arg?.ToString() ?? ""),
        };
    }
}

/// <summary>Text that is markup already, and of our own making.</summary>
internal sealed record Markup(string Text);
