namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Parameters, plain and secure.</summary>
internal sealed class Ssm(AwsRegion region)
{
    private readonly SimulatedWorld _world = region.World;
    private readonly Dictionary<string, SsmParameter> _parameters = [];

    public SsmParameter PutParameter(string name, string value, bool secure = false)
    {
        lock (_world.Gate)
        {
            var version = _parameters.TryGetValue(name, out var before) ? before.Version + 1 : 1;
            return _parameters[name] = new(
                name, secure ? "SecureString" : "String", value, version, _world.Now, region.Arn("ssm", "parameter/" + name.TrimStart('/')));
        }
    }

    /// <summary>Without decryption a secure parameter's value is only its ciphertext.</summary>
    public SsmParameter GetParameter(string nameOrArn, bool withDecryption)
    {
        lock (_world.Gate)
        {
            var parameter = _parameters.Values.FirstOrDefault(known => known.Name == nameOrArn || known.Arn == nameOrArn)
                ?? throw new AwsError("ParameterNotFound", "", 400);
            return parameter.Type == "SecureString" && !withDecryption
                ? parameter with { Value = "AQICAHh" + region.Cloud.Identifiers.Base64(90) }
                : parameter;
        }
    }
}

internal sealed record SsmParameter(string Name, string Type, string Value, long Version, DateTimeOffset LastModified, string Arn);
