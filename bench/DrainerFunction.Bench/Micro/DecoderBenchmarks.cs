using BenchmarkDotNet.Attributes;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Messages;
using DrainerFunction.Runtime.Payloads;

namespace DrainerFunction.Bench.Micro;

/// <summary>One message, from its text to what it says.</summary>
[MemoryDiagnoser]
public class DecoderBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private SqsRecord _record = null!;

    [Params("spot-reclaim", "termination", "termination-direct-sns", "scheduled-change-many", "other-source")]
    public string Message { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _record = new()
    {
        MessageId = "m-1",
        ReceiptHandle = "r-1",
        Body = Bodies.Of(Message),
        EventSourceArn = "arn:aws:sqs:eu-west-1:123456789012:drainer",
        SentAt = Now,
    };

    [Benchmark]
    public object Decode() => InterruptionDecoder.Decode(_record, Now);
}
