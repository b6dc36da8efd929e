namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>One story as its YAML file tells it: what there is, what happens, how it must end. See docs/sandbox.md.</summary>
internal sealed record Scenario
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    /// <summary>Simulated seconds in one real second, unless the command line says otherwise.</summary>
    public double Speed { get; set; } = 20;

    /// <summary>Simulated: a story that has not ended by then has failed.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(15);

    public FunctionPart Function { get; set; } = new();

    public MappingPart Mapping { get; set; } = new();

    public List<ClusterPart> Clusters { get; set; } = [];

    public List<GroupPart> Groups { get; set; } = [];

    public List<InstancePart> Instances { get; set; } = [];

    public List<WorkloadPart> Workloads { get; set; } = [];

    public List<VolumePart> Volumes { get; set; } = [];

    public List<BudgetPart> Budgets { get; set; } = [];

    public List<RatePart> Rates { get; set; } = [];

    public List<EventPart> Events { get; set; } = [];

    public ExpectPart Expect { get; set; } = new();
}
