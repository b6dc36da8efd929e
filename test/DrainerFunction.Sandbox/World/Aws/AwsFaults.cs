namespace DrainerFunction.Sandbox.World.Aws;

/// <summary>What goes wrong with calls to AWS, and how often. The wire and the in-process adapters ask before each call.</summary>
internal sealed class AwsFaults(SimulatedWorld world)
{
    private readonly List<AwsFault> _faults = [];

    public void Add(AwsFault fault)
    {
        lock (world.Gate)
        {
            _faults.Add(fault);
        }
    }

    public void Clear()
    {
        lock (world.Gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>The fault that hits this call, if one does; a fault with a count wears off.</summary>
    public AwsFault? Strike(string service, string operation)
    {
        lock (world.Gate)
        {
            var struck = _faults.Find(fault =>
                fault.Matches(service, operation) && fault.Left > 0 && (fault.Likelihood >= 1 || world.Chance.NextDouble() < fault.Likelihood));
            if (struck is not null)
            {
                struck.Left--;
                world.Tape.Record("fault", struck.Kind.ToString(), $"{service}:{operation}", $"{struck.Kind} strikes {service} {operation}");
            }

            return struck;
        }
    }
}

/// <param name="Service">sqs, ec2, autoscaling, events, eks, sts, ssm; null: any.</param>
/// <param name="Operation">DescribeInstances, …; null: any.</param>
internal sealed record AwsFault(AwsFaultKind Kind, string? Service = null, string? Operation = null)
{
    /// <summary>Between 0 and 1.</summary>
    public double Likelihood { get; init; } = 1;

    /// <summary>How often it still strikes.</summary>
    public int Left { get; set; } = int.MaxValue;

    /// <summary>Of <see cref="AwsFaultKind.Latency"/>.</summary>
    public TimeSpan Latency { get; init; }

    public bool Matches(string service, string operation) =>
        (Service is null || Service == service) && (Operation is null || Operation == operation);

    /// <summary>The refusal as this service words it; null for faults that are not refusals.</summary>
    public AwsError? Refusal(string service) => Kind switch
    {
        AwsFaultKind.Throttle => service switch
        {
            "ec2" => new("RequestLimitExceeded", "Request limit exceeded.", 503),
            "sqs" => new("RequestThrottled", "Request is throttled.", 403),
            "eks" or "ssm" or "events" => new("ThrottlingException", "Rate exceeded", 400),
            _ => new("Throttling", "Rate exceeded", 400),
        },
        AwsFaultKind.InternalError => service is "ec2"
            ? new("InternalError", "An internal error has occurred", 500)
            : new("InternalFailure", "We encountered an internal error. Please try again.", 500),
        AwsFaultKind.Unavailable => new("ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503),
        AwsFaultKind.Denied => service is "ec2"
            ? new("UnauthorizedOperation", "You are not authorized to perform this operation.", 403)
            : new(service is "autoscaling" or "monitoring" or "sts" ? "AccessDenied" : "AccessDeniedException", "User is not authorized to perform this operation", 403),
        AwsFaultKind.Invalid => new(service is "autoscaling" ? "ValidationError" : service is "ec2" ? "InvalidParameterValue" : "ValidationException", "1 validation error detected: the sandbox was told to answer so", 400),
        AwsFaultKind.NoAction => new("ValidationError", "No active Lifecycle Action found with instance ID of the fault", 400),
        AwsFaultKind.NotFound => new(service is "sqs" ? "QueueDoesNotExist" : "ResourceNotFoundException", "The sandbox was told to answer so", service is "sqs" ? 400 : 404),
        _ => null,
    };
}

internal enum AwsFaultKind
{
    Throttle,
    InternalError,
    Unavailable,
    Denied,

    /// <summary>The request itself is refused.</summary>
    Invalid,

    NotFound,

    /// <summary>Auto Scaling knows no such lifecycle action, although the instance waits in it.</summary>
    NoAction,

    /// <summary>The connection is reset before the request reaches the world.</summary>
    Reset,

    /// <summary>The request is applied and its answer is lost.</summary>
    ResetAfter,

    Latency,
}
