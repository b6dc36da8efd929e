using System.Diagnostics;
using System.Text.Json;
using DrainerFunction.Continuations;
using DrainerFunction.Reporting.Metrics;
using DrainerFunction.Runtime.Logging;

namespace DrainerFunction.Reporting.Lines;

/// <summary>The one line of an interruption, as docs/logging.md describes it field by field. A field that is missing is null, so that queries stay simple.</summary>
internal static class InterruptionLine
{
    public static void Write(Utf8JsonWriter json, EmbeddedMetrics metrics, InterruptionReport report, string requestId, string? cluster)
    {
        var endedAt = metrics.At;
        json.WriteHead(LevelOf(report), Sentences.Summary(report), "interruption", requestId);
        json.WriteString("interruptionId", report.InterruptionId);
        Subject(json, report);
        Messages(json, report);
        Times(json, report, endedAt);
        Phases(json, report, endedAt);
        DrainLine.Write(json, report.Drain);
        json.WriteString("hookReply", report.Hooks.Count == 0 ? null : Camel(report.Reply));
        json.WriteString("why", Redaction.Clean(report.Why));
        InterruptionMetrics.Add(metrics, report, cluster);
    }

    private static void Subject(Utf8JsonWriter json, InterruptionReport report)
    {
        json.WriteString("instanceId", report.InstanceId);
        json.WriteString("account", report.Scope.Account);
        json.WriteString("region", report.Scope.Region);
        json.WriteString("cluster", report.Cluster?.Name);
        json.WriteString("nodeName", report.NodeName);
        json.WriteStrings("kinds", report.Kinds.Select(kind => kind.ToString()));
        json.WriteObjects("hooks", report.Hooks, hook =>
        {
            json.WriteString("group", hook.Group);
            json.WriteString("hook", hook.Hook);
        });
        json.WriteObjects("settings", report.Settings, setting =>
        {
            json.WriteString("name", setting.Name);
            json.WriteString("value", setting.Value);
            json.WriteString("from", setting.From);
        });
    }

    private static void Messages(Utf8JsonWriter json, InterruptionReport report)
    {
        json.WriteObjects("messages", report.MessageIds.Index(), message =>
        {
            json.WriteString("id", message.Item);
            var fate = report.Fates.ElementAtOrDefault(message.Index);
            json.WriteString("fate", Word(fate));
            if (fate is MessageFate.SendOn sendOn)
            {
                json.WriteNumber("delaySeconds", sendOn.Delay.TotalSeconds);
            }
        });
        json.WriteNumber("attempt", report.Attempt);
        json.WriteNumber("queueAgeSeconds", Math.Round(report.QueueAge.TotalSeconds, 3));
    }

    private static void Times(Utf8JsonWriter json, InterruptionReport report, DateTimeOffset endedAt)
    {
        json.WriteInstant("eventAt", report.EventAt);
        json.WriteInstant("firstSeen", report.FirstSeen);
        json.WriteInstant("deadline", report.Bounds?.End);
        json.WriteString("deadlineKind", report.Bounds?.Deciding.Word);
        json.WriteSeconds("noticeSeconds", report.Bounds?.End - report.FirstSeen);
        json.WriteSeconds("noticeUsedSeconds", report.Bounds is null ? null : endedAt - report.FirstSeen);
        json.WriteArray("heartbeatTimes", report.HeartbeatTimes, beat => json.WriteStringValue(beat.UtcDateTime));
    }

    private static void Phases(Utf8JsonWriter json, InterruptionReport report, DateTimeOffset endedAt)
    {
        (string Name, DateTimeOffset? At)[] phases =
        [
            ("received", report.ReceivedAt), ("resolved", report.ResolvedAt), ("cordoned", report.CordonedAt), ("lastEvictionAccepted", report.Drain?.LastAccepted),
            ("lastPodGone", report.Drain?.LastPodGone), ("completed", report.CompletedAt), ("ended", endedAt),
        ];
        json.WriteStartObject("phases");
        foreach (var (name, at) in phases)
        {
            json.WriteInstant(name, at);
        }

        json.WriteEndObject();
        json.WriteStartObject("phaseMs");
        var before = report.ReceivedAt;
        foreach (var (name, at) in phases.Skip(1))
        {
            json.WriteMilliseconds(name, at - before);
            before = at ?? before;
        }

        json.WriteEndObject();
        json.WriteMilliseconds("durationMs", endedAt - report.ReceivedAt);
    }

    private static string LevelOf(InterruptionReport report) => report switch
    {
        { Outcome: InterruptionOutcome.Failed } => "ERROR",
        { Outcome: InterruptionOutcome.DeadlineMissed } => "WARN",
        { Outcome: not (InterruptionOutcome.Continues or InterruptionOutcome.Waits or InterruptionOutcome.Superseded), IsCounted: false } => "DEBUG",
        _ => "INFO",
    };

    private static string Camel<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    private static string? Word(MessageFate? fate) => fate switch
    {
        null => null,
        MessageFate.Handled => "handled",
        MessageFate.SendOn => "sentOn",
        MessageFate.Redeliver => "redelivered",
        _ => throw new UnreachableException($"Unknown {fate}."),
    };
}
