using DrainerFunction.Aws;
using DrainerFunction.Intake;
using DrainerFunction.Interruptions.Decoding;
using DrainerFunction.Runtime.Options;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Handling;

/// <summary>Which settings hold for an interruption. Asked before anything is written for it, in the look at EC2 that the whole batch shares.</summary>
internal sealed partial class SettingsLookup(DrainerOptions options, TimeProvider time, ILogger<SettingsLookup> logger)
{
    // A hook is kept alive by the second: it cannot wait longer for its tags than this.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private const int MostTold = 1000;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public async Task<GroupSettings> OfAsync(InterruptedInstance instance, BatchContext batch, CancellationToken working)
    {
        var (tags, areKnown) = await TagsAsync(instance, batch, working);
        var settings = GroupSettings.Of(options, tags) with { AreKnown = areKnown };
        foreach (var problem in settings.Problems.Where(problem => _told.Count < MostTold && _told.Add(problem)))
        {
            LogBadTag(instance.InstanceId, UntrustedText.Short(problem));
        }

        return settings;
    }

    private async Task<(IReadOnlyDictionary<string, string>? Tags, bool AreKnown)> TagsAsync(InterruptedInstance instance, BatchContext batch, CancellationToken working)
    {
        try
        {
            return (await batch.Descriptions.TagsOfAsync(instance.Scope, instance.InstanceId).WaitAsync(LongestWait, time, working), true);
        }
        catch (Exception late) when (late is AwsCallException or TimeoutException or OperationCanceledException)
        {
            return (null, false);
        }
    }

    [LoggerMessage(EventId = 309, Level = LogLevel.Warning, Message = "Ignored a tag of {InstanceId}: {Problem} The stack's setting applies")]
    private partial void LogBadTag(string instanceId, string problem);
}
