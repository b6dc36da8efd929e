using System.Globalization;
using System.Text;

namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>What SQS does not take, in its words.</summary>
internal static class SqsRefusals
{
    private const int LargestMessage = 1024 * 1024;

    public static void RefuseUnsendable(string body, TimeSpan? delay)
    {
        if (body.Length == 0)
        {
            throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.", 400);
        }

        if (Encoding.UTF8.GetByteCount(body) > LargestMessage)
        {
            throw new AwsError("InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.", 400);
        }

        if (delay is { } late && (late < TimeSpan.Zero || late > TimeSpan.FromSeconds(900)))
        {
            throw Invalid(Seconds(late), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
        }
    }

    public static void RefuseCount(int max)
    {
        if (max is < 1 or > 10)
        {
            throw new AwsError("InvalidParameterValue", $"Value {max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", 400);
        }
    }

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    public static AwsError Invalid(string value, string parameter, string reason) =>
        new("InvalidParameterValue", $"Value {value} for parameter {parameter} is invalid. Reason: {reason}", 400);
}
