using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace DrainerFunction.Bench.Micro;

/// <summary>The one line of an interruption: log and metrics at once.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet ends a benchmark by GlobalCleanup.")]
public class ReportingBenchmarks
{
    private FinishedLine _line = null!;

    [Params(14, 30, 500)]
    public int Pods { get; set; }

    [GlobalSetup]
    public void Setup() => _line = new(Pods, Stream.Null);

    [GlobalCleanup]
    public void Cleanup() => _line.Dispose();

    [Benchmark]
    public void Write() => _line.Write();
}
