namespace DrainerFunction.Sandbox.Scenarios;

internal sealed record FunctionPart
{
    public TimeSpan? Timeout { get; set; }

    public int? Memory { get; set; }

    public int? Concurrency { get; set; }

    public bool Freeze { get; set; }

    public bool? RecursiveLoop { get; set; }

    /// <summary>Rules of template.yaml that were switched off by hand.</summary>
    public List<string> DisabledRules { get; set; } = [];

    /// <summary>Parameters of template.yaml.</summary>
    public Dictionary<string, string> Parameters { get; set; } = [];

    /// <summary>Variables set past the template; an empty value takes one away.</summary>
    public Dictionary<string, string> Environment { get; set; } = [];
}

/// <summary>How many calls of a service an account may make in a region.</summary>
internal sealed record RatePart
{
    /// <summary>ec2 (each operation by itself) or autoscaling (all together).</summary>
    public string Service { get; set; } = "";

    /// <summary>So many at once.</summary>
    public double Burst { get; set; }

    public double PerSecond { get; set; }
}

internal sealed record MappingPart
{
    /// <summary>Queues of template.yaml whose mapping was disabled by hand.</summary>
    public List<string> Disabled { get; set; } = [];

    /// <summary>false: its mappings do not ask which messages of a batch have failed.</summary>
    public bool ReportsFailures { get; set; } = true;

    public int? BatchSize { get; set; }

    public int? MaximumConcurrency { get; set; }

    public int? AddedPerMinute { get; set; }

    /// <summary>Batches at once before it grows.</summary>
    public int? FirstConcurrency { get; set; }

    public TimeSpan? BatchingWindow { get; set; }

    public TimeSpan? Visibility { get; set; }

    public int? MaxReceives { get; set; }
}
