namespace DrainerFunction.Aws;

/// <summary>A call to AWS that was not answered as asked, after the SDK's own retries.</summary>
internal sealed class AwsCallException(AwsRefusal refusal, string operation, string code, string message, Exception? cause = null)
    : Exception($"{operation} answered {code}: {message}", cause)
{
    public AwsRefusal Refusal => refusal;

    /// <summary>Service and operation, as <c>autoscaling:CompleteLifecycleAction</c>.</summary>
    public string Operation => operation;

    /// <summary>The service's error code, for example <c>AccessDenied</c> or <c>Throttling</c>.</summary>
    public string Code => code;
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
