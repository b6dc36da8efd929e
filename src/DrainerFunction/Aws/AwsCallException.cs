using System.Text.RegularExpressions;

namespace DrainerFunction.Aws;

/// <summary>A call to AWS that was not answered as asked, after the SDK's own retries.</summary>
internal sealed class AwsCallException(AwsRefusal refusal, string operation, string code, string message, Exception? cause = null)
    : Exception($"{operation} failed with {code}: {message.TrimEnd('.')}", cause)
{
    public AwsRefusal Refusal => refusal;

    /// <summary>Service and operation, as <c>autoscaling:CompleteLifecycleAction</c>.</summary>
    public string Operation => operation;

    /// <summary>The service's error code, for example <c>AccessDenied</c> or <c>Throttling</c>.</summary>
    public string Code => code;

    /// <summary>
    /// The service says that the hook or its group does not exist: a ValidationError that names it or knows no such group. Every other refusal, a
    /// catch-all 400 included, says nothing about whether the hook still waits.
    /// </summary>
    public bool IsUnknownHook(LifecycleActionRef hooked) =>
        Code is "ValidationError" or "ValidationException"
        && (Names(hooked.HookName) || Names(hooked.AutoScalingGroupName) || Message.Contains(NoGroup, StringComparison.OrdinalIgnoreCase));

    // Auto Scaling names the group behind it, or says null.
    private const string NoGroup = "AutoScalingGroup name not found";

    private bool Names(string name) => Regex.IsMatch(Message, $@"(?<![\w-]){Regex.Escape(name)}(?![\w-])");
}

internal enum AwsRefusal
{
    /// <summary>The service asked for fewer calls.</summary>
    Throttled,

    /// <summary>No answer: network, name, time, or a 5xx.</summary>
    Unreachable,

    /// <summary>The role may not do this: AccessDenied, UnauthorizedOperation, an expired or invalid token.</summary>
    Denied,

    /// <summary>The service knows no such thing.</summary>
    NotFound,

    /// <summary>The service refused the request itself: a ValidationError and the like.</summary>
    Invalid,
}
