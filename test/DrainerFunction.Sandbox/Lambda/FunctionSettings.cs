using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>A Lambda function as its template describes it.</summary>
internal sealed record FunctionSettings
{
    public string Name { get; init; } = AwsCloud.FunctionName;

    public string Account { get; init; } = "111122223333";

    public string Region { get; init; } = "eu-central-1";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    public int MemoryMegabytes { get; init; } = 256;

    /// <summary>More invocations at once are throttled; null: none is reserved.</summary>
    public int? ReservedConcurrency { get; init; } = 10;

    /// <summary><c>RecursiveLoop: Allow</c>; otherwise a chain of messages is cut after about sixteen invocations.</summary>
    public bool RecursiveLoopAllowed { get; init; } = true;

    /// <summary>How long an environment without work is kept.</summary>
    public TimeSpan IdleLife { get; init; } = TimeSpan.FromMinutes(15);

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string Arn => $"arn:aws:lambda:{Region}:{Account}:function:{Name}";
}
