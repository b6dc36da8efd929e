using System.Globalization;

namespace DrainerFunction.Sandbox.Report;

/// <summary>One node: a row in the overview that opens to phases, invocations, heartbeats and one bar a pod.</summary>
internal sealed class NodeSection(NodeStory story, TimeAxis overview, Html html)
{
    private readonly TimeAxis _axis = new(story.Begin, story.End, story.Deadline);

    public void Write(bool isOpen)
    {
        html.Write($"""<details class="node {Tone}"{(isOpen ? new Markup(" open") : null)}>""");
        Summary();
        html.WriteRaw("<div class=\"body\">\n");
        Facts();
        html.WriteRaw("<div class=\"chart\">\n");
        Ruler();
        Phases();
        Row("invocations", Invocations());
        if (story.Heartbeats > 0)
        {
            Row("heartbeats", Heartbeats(), $"{story.Heartbeats}");
        }

        html.WriteRaw("<div class=\"gap\"></div>\n");
        foreach (var pod in story.Pods)
        {
            Pod(pod);
        }

        if (story.PodsNotNamed > 0)
        {
            html.Write($"""<p class="more">and {story.PodsNotNamed} faster pods</p>""");
        }

        html.WriteRaw("</div></div></details>\n");
    }

    private string Tone => story.IsBad ? "bad" : story.IsGood ? "good" : "plain";

    private void Summary()
    {
        html.Write($"""<summary><span class="name" title="{story.Name} ({story.Last.InstanceId})">{story.ShortName}</span><span class="track">""");
        if (story.Cordoned is { } cordoned)
        {
            Segment(overview, "ask", story.Begin, cordoned, "until cordoned");
            Segment(overview, story.IsBad ? "stuck" : "term", cordoned, story.Drained, "drain");
        }
        else
        {
            Segment(overview, "ask", story.Begin, story.End, "nothing drained");
        }

        if (story.Deadline is { } deadline && overview.ShowsDeadline)
        {
            html.Write($"""<i class="deadline" style="left:{overview.At(deadline)}" title="deadline {Clock(deadline)}"></i>""");
        }

        html.Write($"""</span><span class="took">{Span(story.Drained - story.Begin)}</span><span class="badge">{Words(story.Last.Outcome)}</span></summary>""");
    }

    private void Facts()
    {
        html.WriteRaw("<dl class=\"facts\">\n");
        Fact("node", story.Name == story.ShortName ? null : story.Name);
        Fact("instance", story.Last.InstanceId);
        Fact("cluster", story.Cluster);
        Fact("group", string.Join(", ", story.Groups));
        Fact("because of", string.Join(", ", story.Kinds.Select(Words)));
        Fact("began", string.Create(CultureInfo.InvariantCulture, $"{story.Begin.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC"));
        Fact("deadline", story.Deadline is { } deadline ? $"{Clock(deadline)} ({Words(story.DeadlineKind ?? "soft")}), {Left(story.NoticeLeft!.Value)}" : null);
        Fact("hook", story.Last.HookReply is "leave" or "" ? null : $"answered {story.Last.HookReply}");
        Fact("bypassed", string.Join(", ", story.BypassedBudgets));
        Fact("ended", story.Last.Why);
        html.WriteRaw("</dl>\n");
    }

    private void Fact(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            html.Write($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        }
    }

    private void Ruler()
    {
        html.WriteRaw("<div class=\"ruler\"><span></span><span class=\"track\">");
        foreach (var (at, label) in _axis.Ticks())
        {
            html.Write($"""<b style="left:{at}">{label}</b>""");
        }

        if (_axis.ShowsDeadline)
        {
            html.Write($"""<b class="due" style="left:{_axis.At(story.Deadline!.Value)}">deadline</b>""");
        }

        html.Write($"""</span><span class="note">{(_axis.ShowsDeadline || story.NoticeLeft is not { } left ? "" : $"deadline {Left(left)}")}</span></div>""");
    }

    private void Phases()
    {
        (string Name, string Class, DateTimeOffset? At)[] phases =
        [
            ("received", "p0", story.Invocations[0].Received), ("node found", "p1", story.Resolved), ("cordoned", "p2", story.Cordoned),
            ("last eviction accepted", "p3", story.LastEvictionAccepted), ("last pod gone", "p4", story.LastPodGone), ("hook answered", "p5", story.Completed),
        ];
        var before = story.Begin;
        Row("phases", () =>
        {
            foreach (var (name, css, at) in phases)
            {
                if (at is { } reached && reached >= before)
                {
                    Segment(_axis, css, before, reached, $"until {name}: {Span(reached - before)}");
                    before = reached;
                }
            }
        });
        html.WriteRaw("<div class=\"row steps\"><span></span><span class=\"words\">");
        before = story.Begin;
        foreach (var (name, css, at) in phases)
        {
            if (at is { } reached && reached >= before)
            {
                html.Write($"""<span><i class="key {css}"></i>{name} <b>+{Span(reached - before)}</b></span>""");
                before = reached;
            }
        }

        html.WriteRaw("</span></div>\n");
    }

    private Action Invocations() => () =>
    {
        foreach (var line in story.Invocations)
        {
            Segment(_axis, "inv", line.Received, line.Ended, $"attempt {line.Attempt}, {Words(line.Outcome)}, request {line.RequestId}, {Span(line.Ended - line.Received)}");
        }
    };

    private Action Heartbeats() => () =>
    {
        foreach (var beat in story.Invocations.SelectMany(line => line.HeartbeatTimes))
        {
            html.Write($"""<i class="beat" style="left:{_axis.At(beat)}" title="heartbeat {Clock(beat)}"></i>""");
        }
    };

    private void Pod(PodLine pod)
    {
        var asked = pod.Asked ?? pod.Terminating ?? story.Cordoned ?? story.Begin;
        var accepted = pod.Accepted ?? pod.Terminating;
        var gone = pod.Gone ?? story.End;
        Row(pod.Name, () =>
        {
            Segment(_axis, pod.HeldBy is null ? "ask" : "held", asked, accepted ?? gone, pod.HeldBy is null ? "asked" : $"held by {pod.HeldBy}, asked for {pod.Requests} times");
            if (accepted is { } yes)
            {
                Segment(_axis, pod.Stuck ? "stuck" : pod.BypassedBudget is null ? "term" : "bypass", yes, gone, $"terminating for {Span(gone - yes)}");
            }

            if (pod.Gone is { } end)
            {
                html.Write($"""<i class="gone" style="left:{_axis.At(end)}" title="gone {Clock(end)}"></i>""");
            }
        }, Note(pod, asked, gone), isPod: true);
    }

    private static string Note(PodLine pod, DateTimeOffset asked, DateTimeOffset gone)
    {
        string?[] notes =
        [
            pod.Gone is null ? pod.Stuck ? "stuck" : $"still there{(pod.WaitsFor is { } wait ? $", {wait}" : "")}" : Span(gone - asked),
            pod.BypassedBudget is { } budget ? $"past {budget}" : pod.HeldBy is { } holder ? $"held by {holder}" : null,
            pod.GraceCut ? "grace cut" : null,
        ];
        return string.Join(" · ", notes.OfType<string>());
    }

    private void Row(string name, Action bars, string note = "", bool isPod = false)
    {
        html.Write($"""<div class="row{(isPod ? " pod" : "")}"><span class="name" title="{name}">{name}</span><span class="track">""");
        bars();
        if (_axis.ShowsDeadline)
        {
            html.Write($"""<i class="deadline" style="left:{_axis.At(story.Deadline!.Value)}"></i>""");
        }

        html.Write($"""</span><span class="note" title="{note}">{note}</span></div>""");
    }

    private void Segment(TimeAxis axis, string css, DateTimeOffset from, DateTimeOffset to, string title) =>
        html.Write($"""<i class="{css}" style="left:{axis.At(from)};width:{axis.Width(from, to)}" title="{title}"></i>""");

    private static string Left(TimeSpan left) => left >= TimeSpan.Zero ? $"{Span(left)} left" : $"missed by {Span(-left)}";

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    internal static string Span(TimeSpan span) => span.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms")
        : TimeAxis.Label(Math.Round(span.TotalSeconds, 1));

    /// <summary>SpotReclaim → spot reclaim.</summary>
    internal static string Words(string name) =>
        string.Concat(name.Select((letter, index) => char.IsUpper(letter) ? (index > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
