using System.Globalization;

namespace DrainerFunction.Runtime.Logging;

/// <summary>A number with its noun: <c>1 pod</c>, <c>3 pods</c>.</summary>
internal static class Plural
{
    public static string Of(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>With a verb that agrees: <c>1 pod is</c>, <c>3 pods are</c>.</summary>
    public static string Of(int count, string noun, string singular, string plural) => $"{Of(count, noun)} {(count == 1 ? singular : plural)}";
}
