using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Options;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Cordoning;

/// <summary>Reads the annotation of a node, where it is the function's. What is not is told once and counts as none.</summary>
internal sealed partial class AnnotationReader(DrainerOptions options, TimeProvider time, ILogger<AnnotationReader> logger)
{
    private const int MostRemembered = 1000;

    private readonly HashSet<(string? Uid, string Text)> _reported = [];

    /// <summary>Null when the node has none, or one that is not believed.</summary>
    public InterruptionAnnotation? Read(V1Node node)
    {
        if (node.Metadata.Annotations?.TryGetValue(InterruptionAnnotation.Annotation, out var text) is not true || text is null)
        {
            return null;
        }

        var (read, why) = Judge(node, text);
        if (read is null)
        {
            Tell(node, text, why);
        }

        return read;
    }

    /// <summary>What it remembers of this instance in this life of its machine.</summary>
    public InterruptionAnnotation? Read(V1Node node, string instanceId) => Read(node) is { } read && !read.IsStaleOn(node, instanceId) ? read : null;

    private (InterruptionAnnotation? Read, string Why) Judge(V1Node node, string text) =>
        (AnnotationSeal.Holds(node, text), AnnotationSeal.IsOn(node), AnnotationParser.Read(text, time.GetUtcNow())) switch
        {
            (true, _, { } read) when read.NodeUid == node.Metadata.Uid => (read, ""),
            (true, _, { }) => (null, "it was written for another node object"),
            (true, _, null) => (null, "the function writes no such annotation"),
            (false, false, { NodeUid: null } read) when options.ReadUnsealed => (read.AsUnsealed(), ""),
            _ => (null, $"the taint {AnnotationSeal.Key} does not confirm it"),
        };

    private void Tell(V1Node node, string text, string why)
    {
        _reported.MakeRoom(MostRemembered);

        if (_reported.Add((node.Metadata.Uid, text)))
        {
            LogNotRead(node.Metadata.Name, node.Spec?.ProviderID, why);
        }
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "Ignored the annotation node-drainer/interruption of node {Node} ({ProviderId}): {Why}. Whatever it says is not acted on, and nothing it names is removed")]
    private partial void LogNotRead(string node, string? providerId, string why);
}
