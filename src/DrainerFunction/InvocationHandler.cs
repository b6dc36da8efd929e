using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DrainerFunction.Aws;
using DrainerFunction.Batches;
using DrainerFunction.DirectInvocations;
using DrainerFunction.DirectInvocations.Check;
using DrainerFunction.DirectInvocations.Check.Answers;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Payloads;
using DrainerFunction.Sweeping;

namespace DrainerFunction;

/// <summary>One invocation: what its payload asks for, and the answer as JSON.</summary>
internal sealed class InvocationHandler(
    BatchHandler batches, PlanHandler plans, DrainHandler drains, CheckHandler checks, SweepHandler sweeps, AwsScope own, TimeProvider time) : IInvocationHandler
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var budget = ExecutionBudget.Until(invocation.Deadline, time);
        var scope = OwnScope(invocation.FunctionArn);
        return InvocationPayload.Read(invocation.Payload) switch
        {
            InvocationRequest.Batch(var records) => SqsBatchResponse.Write((await batches.HandleAsync(records, scope, budget, invocation.RequestId, cancellationToken)).Failures),
            InvocationRequest.Plan(var instance) => Json(await plans.HandleAsync(instance, scope, cancellationToken), DirectAnswerJson.Readable.PlanAnswer),
            InvocationRequest.Drain asked => Json(await drains.HandleAsync(asked, scope, budget, invocation.RequestId, cancellationToken), DirectAnswerJson.Readable.DrainAnswer),
            InvocationRequest.Check asked => Json(await checks.HandleAsync(asked, scope, Name(invocation.FunctionArn), budget, invocation.RequestId, cancellationToken), asked.AsText),
            InvocationRequest.Sweep(var release) => Json(await sweeps.HandleAsync(release, scope, budget, invocation.RequestId, cancellationToken), DirectAnswerJson.Readable.SweepAnswer),
            InvocationRequest.Unknown(var why) => throw new PayloadException(why),
            var request => throw new UnreachableException($"Unknown {request}."),
        };
    }

    // Lambda's answers are JSON: a text is a string of it.
    private static ReadOnlyMemory<byte> Json(CheckAnswer answer, bool asText) =>
        asText ? Json(CheckText.Of(answer), DirectAnswerJson.Readable.String) : Json(answer, DirectAnswerJson.Readable.CheckAnswer);

    private static ReadOnlyMemory<byte> Json<T>(T answer, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(answer, type);

    private static string Name(string functionArn) => functionArn.Split(':') is ["arn", _, "lambda", _, _, "function", var name, ..] ? name : functionArn;

    private AwsScope OwnScope(string functionArn) => functionArn.Split(':') is ["arn", _, "lambda", var region, var account, ..] ? new(account, region) : own;
}
