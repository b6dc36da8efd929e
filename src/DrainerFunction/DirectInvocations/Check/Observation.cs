using System.Diagnostics.CodeAnalysis;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Reporting;

namespace DrainerFunction.DirectInvocations.Check;

/// <summary>What was seen, or why nothing was.</summary>
internal sealed record Observation<T>(T? Seen, string? WhyNot)
    where T : class
{
    [MemberNotNullWhen(false, nameof(Seen))]
    [MemberNotNullWhen(true, nameof(WhyNot))]
    public bool IsRefused => WhyNot is not null;
}

internal static class Observation
{
    public const string OutOfTime = "The invocation ran out of time before this was looked at; ask for one cluster alone, or raise the function's timeout.";

    /// <param name="spent">Ends when the invocation's time is up.</param>
    public static async Task<Observation<T>> TryAsync<T>(Func<Task<T>> look, CancellationToken spent)
        where T : class
    {
        try
        {
            return new(await look(), null);
        }
        catch (ApiServerException refused)
        {
            return new(null, refused.Refusal is ApiServerRefusal.Forbidden ? $"The function may not read this there; apply deploy/rbac.yaml and deploy/rbac-check.yaml. {refused.Message}" : RefusalHints.Sentence(refused));
        }
        catch (AwsCallException refused)
        {
            return new(null, RefusalHints.Sentence(refused));
        }
        catch (OperationCanceledException) when (spent.IsCancellationRequested)
        {
            return new(null, OutOfTime);
        }
    }
}
