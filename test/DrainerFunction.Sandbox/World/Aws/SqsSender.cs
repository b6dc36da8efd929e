namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>Who sends a message: what SQS stamps on it (SenderId, which no sender can choose) and what the queue's policy is held against.</summary>
/// <param name="SenderId">A role's unique id and the session (AROA…:session), a user's id, or the id of the service's own account.</param>
/// <param name="PrincipalArn">As aws:PrincipalArn: the role, not its session. Null for a service.</param>
/// <param name="Service">The service principal; null for a caller with credentials.</param>
/// <param name="SourceArn">What the service acts for: a rule, a topic.</param>
internal sealed record SqsSender(string SenderId, string? PrincipalArn, string? Service = null, string? SourceArn = null)
{
    /// <summary>EventBridge's own id is not published; this one is made up, of the same form.</summary>
    public const string EventBridgeId = "AIDAEVENTBRIDGESANDBOX";

    /// <summary>A message that a scenario or a test puts into a queue without saying who sends it; no policy is asked.</summary>
    public static readonly SqsSender Unsaid = new("AIDASANDBOX", null) { IsPastPolicy = true };

    /// <summary>The queue's policy is not asked: as if somebody had edited it away.</summary>
    public bool IsPastPolicy { get; init; }

    public static SqsSender EventBridge(string? ruleArn) => new(EventBridgeId, null, "events.amazonaws.com", ruleArn);

    public static SqsSender Of(AccessKey key) => new(key.UserId, RoleOf(key));

    public static SqsSender Of(Role role, string session) => new($"{role.Id}:{session}", role.Arn);

    // arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION is asked about as arn:aws:iam::ACCOUNT:role/NAME.
    private static string RoleOf(AccessKey key) => key.PrincipalArn.Split(':', 6) is [var arn, var partition, "sts", _, var account, var rest] && rest.Split('/') is ["assumed-role", var role, ..]
        ? $"{arn}:{partition}:iam::{account}:role/{role}"
        : key.PrincipalArn;
}
