using System.Text.Json.Nodes;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>Systems Manager's parameters in JSON 1.1 (AmazonSSM, 2014-11-06).</summary>
internal static class AwsSsm
{
    public static JsonObject Answer(AwsCall call, AwsRegion region)
    {
        var name = call.Json["Name"]?.ToString() ?? throw new AwsError("ValidationException", "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null", 400);
        switch (call.Operation)
        {
            case "GetParameter":
                return new() { ["Parameter"] = Shown(region.Ssm.GetParameter(name, (bool?)call.Json["WithDecryption"] ?? false)) };
            case "PutParameter":
                var put = region.Ssm.PutParameter(name, call.Json["Value"]?.ToString() ?? "", call.Json["Type"]?.ToString() == "SecureString");
                return new() { ["Version"] = put.Version, ["Tier"] = "Standard" };
            default:
                throw new AwsError("UnknownOperationException", $"The operation {call.Operation} is not known.", 400);
        }
    }

    private static JsonObject Shown(SsmParameter parameter) => new()
    {
        ["Name"] = parameter.Name,
        ["Type"] = parameter.Type,
        ["Value"] = parameter.Value,
        ["Version"] = parameter.Version,
        ["LastModifiedDate"] = parameter.LastModified.ToUnixTimeMilliseconds() / 1000.0,
        ["ARN"] = parameter.Arn,
        ["DataType"] = "text",
    };
}
