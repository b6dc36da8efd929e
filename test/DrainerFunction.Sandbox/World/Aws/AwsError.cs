namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>A refusal in AWS's own words; the wire puts it into the shape of the protocol that asked.</summary>
internal sealed class AwsError(string code, string message, int status) : Exception(message)
{
    public string Code => code;

    public int Status => status;

    public static AwsError Validation(string message) => new("ValidationError", message, 400);

    public static AwsError Missing(string parameter) =>
        new("MissingParameter", $"The request must contain the parameter {parameter}", 400);
}
