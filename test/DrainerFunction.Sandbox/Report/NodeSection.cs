using System.Globalization;

namespace DrainerFunction.Sandbox.Report;

/// <summary>One node: a row of the overview that opens to the sentence, phases, invocations, heartbeats and one bar a pod, all on one axis.</summary>
internal sealed class NodeSection(NodeStory story, TimeAxis overview, Html html, bool isOnly)
{
    private readonly TimeAxis _axis = overview.IsReadableFor(story.Length) ? overview : new(story.Length, story.Deadline - story.Begin);

    /// <param name="isOpen">At first.</param>
    /// <param name="order">Its place in each order, as custom properties for <see cref="Controls"/>.</param>
    /// <param name="classes">What it is found by.</param>
    public void Write(bool isOpen, string order, string classes)
    {
        html.Write($"""<details class="node {Tone} {classes}" style="{order}"{(isOpen ? new Markup(" open") : null)}>""");
        Summary();
        html.WriteRaw("<div class=\"body\">\n");
        if (!isOnly)
        {
            html.Write($"<p class=\"headline\">{Headline.Of(story)}</p>\n");
        }

        Facts();
        html.WriteRaw("<div class=\"chart\">\n");
        if (_axis != overview)
        {
            Ruler(html, _axis, "");
        }

        Phases();
        Row("invocations", Invocations(), Words.Count(story.Told.Select(line => line.RequestId).Distinct().Count(), "invocation"));
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
            html.Write($"""<p class="more">and {Words.Count(story.PodsNotNamed, "faster pod")}</p>""");
        }

        html.WriteRaw("</div>\n");
        RawLines();
        html.WriteRaw("</div></details>\n");
    }

    public static void Ruler(Html html, TimeAxis axis, string name)
    {
        html.Write($"""<div class="ruler"><span class="name">{name}</span><span class="track">""");
        foreach (var (at, label) in axis.Ticks())
        {
            html.Write($"""<b style="left:{at}">{label}</b>""");
        }

        html.WriteRaw("</span><span class=\"note\">since it was first seen</span></div>\n");
    }

    private string Tone => story.IsBad ? "bad" : story.IsGood ? "good" : "plain";

    private void Summary()
    {
        html.Write($"""<summary><span class="name" title="{story.Name} ({story.Last.InstanceId})">{(story.Scenario is { } scenario ? $"{scenario} · {story.ShortName}" : story.ShortName)}</span><span class="track">""");
        if (story.Cordoned is { } cordoned)
        {
            Segment(overview, "ask", story.Begin, cordoned, "until cordoned");
            Segment(overview, story.IsBad ? "stuck" : "term", cordoned, story.Drained, "drain");
        }
        else
        {
            Segment(overview, "ask", story.Begin, story.End, "nothing drained");
        }

        Due(overview);
        html.Write($"""</span><span class="end"><span class="took">{Words.Span(story.Took)}</span><span class="badge">{Words.Shape(story)} {Words.Of(story.Last.Outcome)}</span></span></summary>""");
    }

    private void Facts()
    {
        html.WriteRaw("<dl class=\"facts\">\n");
        Fact("node", story.Name);
        Fact("instance", story.Last.InstanceId);
        Fact("cluster", story.Cluster);
        Fact("group", string.Join(", ", story.Groups));
        Fact("because of", string.Join(", ", story.Kinds.Select(Words.Of)));
        Fact("first seen", string.Create(CultureInfo.InvariantCulture, $"{story.Begin.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC"));
        Fact("deadline", story.Deadline is { } deadline ? $"{Words.Clock(deadline)} ({Words.Of(story.DeadlineKind ?? "soft")}), {Left(story.NoticeLeft!.Value)}" : null);
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

    private void Phases()
    {
        var phases = Report.Phases.Of(story);
        Row("phases", () =>
        {
            var from = story.Begin;
            foreach (var (name, css, took) in phases)
            {
                Segment(_axis, css, from, from + took, $"{name}: {Words.Span(took)}");
                from += took;
            }
        });
        html.WriteRaw("<div class=\"row steps\"><span></span><span class=\"words\">");
        foreach (var (name, css, took) in phases)
        {
            html.Write($"""<span><i class="key {css}"></i>{name} <b>{Words.Span(took)}</b></span>""");
        }

        html.WriteRaw("</span></div>\n");
    }

    private Action Invocations() => () =>
    {
        foreach (var line in story.Told)
        {
            Segment(_axis, "inv", line.Received, line.Ended, $"attempt {line.Attempt}, {Words.Of(line.Outcome)}, request {line.RequestId}, {Words.Span(line.Ended - line.Received)}");
        }
    };

    private Action Heartbeats() => () =>
    {
        foreach (var beat in story.Told.SelectMany(line => line.HeartbeatTimes))
        {
            html.Write($"""<i class="beat" style="left:{_axis.At(beat - story.Begin)}" title="heartbeat {Words.Clock(beat)}"></i>""");
        }
    };

    private void Pod(PodLine pod)
    {
        var asked = pod.Asked ?? pod.Terminating ?? story.Cordoned ?? story.Begin;
        var accepted = pod.Accepted ?? pod.Terminating;
        var gone = pod.Gone ?? story.End;
        Row(pod.Name, () =>
        {
            Segment(_axis, pod.HeldBy is null ? "ask" : "held", asked, accepted ?? gone, pod.HeldBy is null ? "asked" : $"held by {pod.HeldBy}, asked {Words.Count(pod.Requests, "time")}");
            if (accepted is { } yes)
            {
                Segment(_axis, pod.Stuck ? "stuck" : pod.BypassedBudget is null ? "term" : "bypass", yes, gone, $"terminating for {Words.Span(gone - yes)}");
            }

            if (pod.Gone is { } end)
            {
                html.Write($"""<i class="gone" style="left:{_axis.At(end - story.Begin)}" title="gone {Words.Clock(end)}"></i>""");
            }
        }, Note(pod), isPod: true);
    }

    private string Note(PodLine pod)
    {
        string?[] notes =
        [
            pod.Gone is null ? pod.Stuck ? "✕ stuck" : $"✕ still there{(pod.WaitsFor is { } wait ? $", {wait}" : "")}" : Words.Span(pod.Took),
            pod.Held(story.End) is { } held ? $"held {Words.Span(held)} by {pod.HeldBy}" : pod.HeldBy is { } holder ? $"held by {holder}" : null,
            pod.BypassedBudget is { } budget ? $"past {budget}" : null,
            pod.GraceCut ? "grace cut" : null,
        ];
        return string.Join(" · ", notes.OfType<string>());
    }

    private void RawLines()
    {
        html.Write($"""<details class="raw"><summary>{(story.Lines.Count == 1 ? "the line in the log" : $"the {story.Lines.Count} lines in the log")}</summary><pre>""");
        foreach (var line in story.Lines)
        {
            html.Write($"{line.Raw}\n");
        }

        html.WriteRaw("</pre></details>\n");
    }

    private void Row(string name, Action bars, string note = "", bool isPod = false)
    {
        html.Write($"""<div class="row{(isPod ? " pod" : "")}"><span class="name" title="{name}">{name}</span><span class="track">""");
        bars();
        Due(_axis);
        html.Write($"""</span><span class="note" title="{note}">{note}</span></div>""");
    }

    private void Due(TimeAxis axis)
    {
        if (story.Deadline is { } deadline && axis.Shows(deadline - story.Begin))
        {
            html.Write($"""<i class="deadline" style="left:{axis.At(deadline - story.Begin)}" title="deadline {Words.Clock(deadline)}"></i>""");
        }
    }

    private void Segment(TimeAxis axis, string css, DateTimeOffset from, DateTimeOffset to, string title) =>
        html.Write($"""<i class="{css}" style="left:{axis.At(from - story.Begin)};width:{axis.Width(from - story.Begin, to - story.Begin)}" title="{title}"></i>""");

    private static string Left(TimeSpan left) => left >= TimeSpan.Zero ? $"{Words.Span(left)} left" : $"missed by {Words.Span(-left)}";
}
