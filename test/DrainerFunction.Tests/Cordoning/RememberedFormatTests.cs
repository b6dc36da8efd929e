using System.Text.Json.Nodes;
using CsCheck;
using DrainerFunction.Continuations;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Cordoning;

/// <summary>What one version leaves on a node or in a message, the next one reads: files of 0.1 and of this version, and whatever this one may write.</summary>
public sealed class RememberedFormatTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 2, 0, TimeSpan.Zero);

    private static readonly Gen<DateTimeOffset> Past = Gen.Long[Now.AddDays(-700).Ticks, Now.Ticks].Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
    private static readonly Gen<DateTimeOffset> Any = Gen.Long[Now.AddDays(-700).Ticks, Now.AddDays(700).Ticks].Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
    private static readonly Gen<Chain> Chains = Gen.Select(Past, Gen.Char.AlphaNumeric.Array[0, 60].Select(letters => new string(letters)), Gen.Int[0, 999_999], (at, id, attempt) => attempt == 0 ? Chain.First(at, id) : Chain.First(at, id).Hop(attempt, id));
    private static readonly Gen<NoticeClaim?> Claim = Gen.Select(Gen.Bool, Past, Chains, (isThere, at, by) => isThere ? new NoticeClaim(at, by.Name) : null);

    private static readonly Gen<InterruptionAnnotation> Written = Gen.Select(
        Gen.Select(Past, Any, Past, Chains, Claim, Claim),
        Gen.Int[0, 127].Select(bits => Enum.GetValues<InterruptionKind>().Where(kind => kind is not InterruptionKind.Launch).Where((_, index) => (bits >> index & 1) == 1).ToArray()),
        Gen.Int[0, 10].Select(count => TaintKeys.AllMarks.Take(count).ToArray()),
        Gen.Int[0, LifecycleHookName.MostOfAGroup].Select(count => Enumerable.Range(0, count).Select(number => new LifecycleHookName("größe/\"x\"", $"h-{number}")).ToArray()),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool),
        (times, kinds, taints, hooks, flags) => new InterruptionAnnotation
        {
            InstanceId = "i-0123456789abcdef0",
            NodeUid = "5e0d9a52-6c37-4f1e-8d55-3f0f2c7b9d10",
            BootId = flags.Item1 ? "0d5a5b6e-4a53-4c0e-9a77-0f9c3b7a1e11" : null,
            Kinds = kinds,
            FirstSeen = times.Item1,
            Deadline = times.Item2,
            HardFrom = flags.Item2 ? DateTimeOffset.MinValue : null,
            Deadlines = kinds.ToDictionary(kind => kind, _ => times.Item2),
            ChainKinds = flags.Item3 ? kinds : [],
            Chain = times.Item4,
            ChainAnswers = flags.Item4,
            ChainAt = times.Item3,
            CordonedAt = times.Item3,
            CordonedByUs = flags.Item1,
            Taints = taints,
            Labels = flags.Item2 ? [CordonPatch.LoadBalancerLabel] : [],
            Hooks = hooks,
            Started = times.Item5,
            Finished = times.Item6,
        });

    [Fact]
    public void Whatever_annotation_is_written_is_read_again() =>
        Written.Sample(annotation => AnnotationParser.Read(annotation.ToJson(), Now) is { } read && read.ToJson() == annotation.ToJson());

    [Theory]
    [InlineData("annotation-0.1.json")]
    [InlineData("annotation-0.2.json")]
    public void An_annotation_of_that_version_is_read(string file)
    {
        var read = AnnotationParser.Read(Text(file), Now)!;

        Assert.Equal("i-0123456789abcdef0", read.InstanceId);
        Assert.Equal([InterruptionKind.ScheduledChange, InterruptionKind.SpotReclaim, InterruptionKind.Termination], read.Kinds);
        Assert.Equal("1795348801250-7bf73129-1428-4cd3-a780-95db273d1602.000003.1f2e3d4c", read.Chain.Name);
        Assert.True(read.CordonedByUs);
        Assert.Equal(["aws-node-termination-handler/spot-itn:NoSchedule"], read.Taints);
        Assert.Equal([CordonPatch.LoadBalancerLabel], read.Labels);
        Assert.Equal([new LifecycleHookName("workers", "node-drainer")], read.Hooks);
        Assert.Equal(Now.AddSeconds(-118.75), read.FirstSeen);
        Assert.Equal(read.Kinds, read.Deadlines.Keys);
        Assert.Equal(Now, read.Deadlines[InterruptionKind.SpotReclaim]);
    }

    [Fact]
    public void The_annotation_of_this_version_is_what_it_writes() =>
        Assert.Equal(Text("annotation-0.2.json"), AnnotationParser.Read(Text("annotation-0.2.json"), Now)!.ToJson());

    [Theory]
    [InlineData("continuation-0.1.json", 0)]
    [InlineData("continuation-0.2.json", 1)]
    public void A_continuation_of_that_version_is_read(string file, int confirmed)
    {
        var read = Continuation.Read(Attributes(file), Now)!;

        Assert.Equal((3, Now.AddSeconds(-118.75), confirmed), (read.Attempt, read.FirstSeen, read.Confirmed.Count));
        Assert.Equal("1795348801250-7bf73129-1428-4cd3-a780-95db273d1602.000003.1f2e3d4c", read.Chain.Name);
        Assert.Equal("2 pods are held by a disruption budget", read.Why);
    }

    [Fact]
    public void The_continuation_of_this_version_is_what_it_writes() =>
        Assert.Equal(Attributes("continuation-0.2.json"), Continuation.Read(Attributes("continuation-0.2.json"), Now)!.Write());

    private static Dictionary<string, string> Attributes(string file) => JsonNode.Parse(Text(file))!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());

    private static string Text(string file) => File.ReadAllText(Path.Combine(Stack.Root, "test/DrainerFunction.Tests/Messages/Remembered", file)).TrimEnd();
}
