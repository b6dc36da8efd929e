namespace DrainerFunction.Runtime;

/// <summary>The version of the function, as its log, its answers and its requests name it.</summary>
internal static class FunctionVersion
{
    /// <summary>The same as in Directory.Build.props, the template and the Terraform module; a test compares them.</summary>
    public const string Text = "0.2.0";

    public const string Agent = $"drainer-function/{Text}";
}
