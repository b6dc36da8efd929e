using System.Globalization;
using System.Xml.Linq;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>STS in the Query protocol (2011-06-15).</summary>
internal static class AwsSts
{
    public static IEnumerable<XElement> Answer(AwsCall call, AwsRegion region, AccessKey key)
    {
        switch (call.Operation)
        {
            case "GetCallerIdentity":
                var caller = region.Sts.GetCallerIdentity(key.Id);
                return [new("Arn", caller.Arn), new("UserId", caller.UserId), new("Account", caller.Account)];
            case "AssumeRole":
                var issued = region.Sts.AssumeRole(
                    key.Id, call.Query.Required("RoleArn"), call.Query.Required("RoleSessionName"), call.Query.Seconds("DurationSeconds"), call.Query["ExternalId"]);
                return
                [
                    new("Credentials",
                        new XElement("AccessKeyId", issued.Id),
                        new XElement("SecretAccessKey", issued.Secret),
                        new XElement("SessionToken", issued.SessionToken),
                        new XElement("Expiration", issued.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))),
                    new("AssumedRoleUser", new XElement("AssumedRoleId", issued.UserId), new XElement("Arn", issued.PrincipalArn)),
                ];
            default:
                throw new AwsError("InvalidAction", $"Could not find operation {call.Operation} for version 2011-06-15", 400);
        }
    }
}
