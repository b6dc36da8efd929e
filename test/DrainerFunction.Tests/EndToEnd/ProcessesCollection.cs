namespace DrainerFunction.Tests.EndToEnd;

/// <summary>Real processes on a scaled clock want the machine for themselves: nothing else runs beside them.</summary>
[CollectionDefinition("processes", DisableParallelization = true)]
public sealed class ProcessesCollection;
