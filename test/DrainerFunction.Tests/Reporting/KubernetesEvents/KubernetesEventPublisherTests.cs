using System.Text;
using System.Text.Json;
using DrainerFunction.ApiServer;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Reporting.KubernetesEvents;

public sealed class KubernetesEventPublisherTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly PodName Web = new("shop", "web-1", "u-1");

    private readonly SteppedTime _time = new();
    private readonly MemoryStream _log = new();
    private readonly EventSink _sink = new();

    public void Dispose() => _log.Dispose();

    private TargetNode Node => new(new(Stories.Scope, "prod"), "ip-10-0-1-2", "i-1", _sink);

    [Fact]
    public void Nothing_is_sent_unless_it_is_asked_for()
    {
        var events = Events(new());
        Do(() => events.Interrupted(Node, Stories.Drained()));
        Flush(events);

        Assert.Empty(_sink.Created);
    }

    [Fact]
    public void The_node_s_story_is_told_in_the_words_of_the_termination_handler()
    {
        var events = Events();
        Do(() =>
        {
            events.Interrupted(Node, Stories.Drained());
            events.Cordoned(Node);
            events.Ended(Node, Stories.Drained());
        });
        Flush(events);

        Assert.Equal(["ASGLifecycle", "SpotInterruption", "Cordon", "CordonAndDrain"], _sink.Created.Select(one => one.Reason));
        Assert.Equal(["Warning", "Warning", "Normal", "Normal"], _sink.Created.Select(one => one.Type));
        Assert.All(_sink.Created, one =>
        {
            Assert.Equal(("Node", "ip-10-0-1-2", "default"), (one.InvolvedObject.Kind, one.InvolvedObject.Name, one.Metadata.NamespaceProperty));
            Assert.Equal("node-drainer", one.Source.Component);
        });
        Assert.Equal(4, _sink.Created.Select(one => one.Metadata.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(InterruptionOutcome.DeadlineMissed, "CordonAndDrainError")]
    [InlineData(InterruptionOutcome.Undone, "Uncordon")]
    [InlineData(InterruptionOutcome.Continues, null)]
    internal void The_end_is_told_once_it_is_one(InterruptionOutcome outcome, string? reason)
    {
        var report = Stories.Drained();
        report = report with { Outcome = outcome };
        var events = Events();
        Do(() => events.Ended(Node, report));
        Flush(events);

        Assert.Equal(reason, _sink.Created.SingleOrDefault()?.Reason);
    }

    [Fact]
    public void A_pod_s_event_is_in_its_namespace_with_the_extra_annotations()
    {
        var events = Events(new() { EmitKubernetesEvents = true, KubernetesEventsExtraAnnotations = new Dictionary<string, string> { ["team"] = "shop" } });
        Do(() => Observer(events).Evicted(Node, Web, gracePeriod: null));
        Flush(events);

        var one = Assert.Single(_sink.Created);
        Assert.Equal(("shop", "Pod", "u-1", "PodEviction"), (one.Metadata.NamespaceProperty, one.InvolvedObject.Kind, one.InvolvedObject.Uid, one.Reason));
        Assert.Equal("shop", one.Metadata.Annotations["team"]);
        Assert.Equal("i-1", one.Metadata.Annotations["instance-id"]);
        Assert.StartsWith("web-1.", one.Metadata.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_events_that_wait_are_counted_and_not_repeated()
    {
        _sink.Hold();
        var events = Events();
        Do(() =>
        {
            events.Cordoned(Node);
            for (var times = 0; times < 5; times++)
            {
                events.OnPod(Node, Web, EventReasons.EvictionBlocked, isWarning: true, "held");
            }
        });
        _sink.Release();
        Flush(events);

        Assert.Equal(2, _sink.Created.Count);
        Assert.Equal(5, _sink.Created[1].Count);
    }

    [Fact]
    public void They_are_sent_one_at_a_time_and_never_more_than_the_bound()
    {
        var events = Events();
        Do(() =>
        {
            for (var pod = 0; pod < 500; pod++)
            {
                events.OnPod(Node, new("shop", $"web-{pod}", $"u-{pod}"), EventReasons.PodEviction, isWarning: false, "evicted");
            }
        });
        Flush(events);

        Assert.Equal(120, _sink.Created.Count);
        Assert.Equal(1, _sink.MostAtOnce);
        Assert.Contains("dropped: 380", Assert.Single(Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_waits_for_them_before_the_end_and_then_five_seconds_at_most()
    {
        _sink.Hold();
        var events = Events();
        Do(() =>
        {
            events.Cordoned(Node);
            events.Ended(Node, Stories.Drained());
        });

        var took = _time.RunToEnd(() => events.FlushAsync(Node, CancellationToken.None), Patience);

        Assert.InRange(took, TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(5.2));
        Assert.Contains("rejected: 2, dropped: 0", Assert.Single(Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_are_one_warning_and_soon_nobody_tries_any_more()
    {
        _sink.Refuse = true;
        var events = Events();
        Do(() =>
        {
            for (var pod = 0; pod < 20; pod++)
            {
                events.OnPod(Node, new("shop", $"web-{pod}", $"u-{pod}"), EventReasons.PodEviction, isWarning: false, "evicted");
            }
        });
        Flush(events);

        Assert.Equal(3, _sink.Asked);
        Assert.Contains("rejected: 3, dropped: 17", Assert.Single(Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_messages_fit_what_the_API_server_takes()
    {
        var events = Events();
        Do(() => events.OnPod(Node, new("shop", new string('p', 253), "u-1"), EventReasons.PodEviction, isWarning: false, new string('m', 5000)));
        Flush(events);

        var one = Assert.Single(_sink.Created);
        Assert.InRange(one.Metadata.Name.Length, 1, 253);
        Assert.Equal(1024, one.Message.Length);
    }

    [Fact]
    public void What_holds_a_drain_up_is_info_with_its_numbers_and_what_needs_a_human_is_a_warning()
    {
        var observer = Observer(Events());
        Do(() =>
        {
            observer.Evicted(Node, Web, TimeSpan.FromSeconds(30));
            observer.Gone(Node, Web);
            observer.Left(Node, Web, "owned by a DaemonSet");
            observer.Held(Node, new("shop/web", [Web], new(0, 2, 2, 3)));
            observer.Released(Node, "shop/web");
            observer.DeletedPastBudget(Node, Web, "web", TimeSpan.FromSeconds(12));
            observer.Stuck(Node, Web, Stories.Ten, "finalizers: example.com/keep");
            observer.Refused(Node, Web, "policy.example", "not on Fridays");
            observer.Trouble(Node, "LIST pods", "connection refused");
        });

        var lines = Lines();
        Assert.Equal(["DEBUG", "DEBUG", "DEBUG", "INFO", "INFO", "WARN", "WARN", "WARN", "WARN"], lines.Select(line => line.GetProperty("level").GetString()));
        Assert.Equal(
            "Disruption budget shop/web blocks evictions from ip-10-0-1-2 (pods held: 1): 0 disruptions allowed, 2 pods healthy, 2 required, 3 expected. Retrying when it allows more", lines[3].GetProperty("message").GetString());
        Assert.Equal("Disruption budget shop/web no longer blocks evictions from ip-10-0-1-2", lines[4].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(0, 3, "0 disruptions allowed, 2 pods healthy, 2 required, 3 expected")]
    [InlineData(1, 3, "1 disruption allowed, 2 pods healthy, 2 required, 3 expected")]
    [InlineData(1, 1, "its status allows 1 disruption, but the API server denied the eviction again")]
    public void Held_and_allowed_never_contradict_each_other(int allowed, int held, string why) =>
        Assert.Equal(why, Sentences.WhyHeld(new("shop/web", [.. Enumerable.Repeat(Web, held)], new(allowed, 2, 2, 3))));

    [Fact]
    public void A_pod_under_two_budgets_is_said_to_be_held_by_that_and_not_by_their_numbers() =>
        Assert.Contains("more than one budget", Sentences.WhyHeld(new("shop/web", [Web], new(1, 2, 2, 3)) { OverlapsAnother = true }), StringComparison.Ordinal);

    [Fact]
    public void Every_line_of_a_story_carries_what_finds_it_again()
    {
        var logger = Loggers().CreateLogger("any");
        using (logger.BeginInterruption(Stories.Drained()))
        {
            logger.LogInformation("something");
        }

        Assert.Equal(("i-0123456789abcdef0", "1795341600000-m-1"), (Lines()[0].GetProperty("instanceId").GetString(), Lines()[0].GetProperty("interruptionId").GetString()));
    }

    // On the loop, as in the function: only so does what is sent beside go on there.
    private void Do(Action work) => _time.Start(() =>
    {
        work();
        return Task.CompletedTask;
    });

    private void Flush(KubernetesEventPublisher events) => _time.RunToEnd(() => events.FlushAsync(Node, CancellationToken.None), Patience);

    private KubernetesEventPublisher Events(DrainerOptions? options = null) => new(options ?? new() { EmitKubernetesEvents = true }, _time.Clock, Loggers().CreateLogger<KubernetesEventPublisher>());

    private DrainObserver Observer(KubernetesEventPublisher events) => new(events, Loggers().CreateLogger<DrainObserver>());

    private JsonLinesLoggers Loggers() => new(new LineOutput(_log), LogLevel.Debug, _time.Clock);

    private List<JsonElement> Lines() =>
        [.. Encoding.UTF8.GetString(_log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private List<string> Warnings() =>
        [.. Lines().Where(line => line.GetProperty("level").GetString() == "WARN").Select(line => line.GetProperty("message").GetString()!)];
}

/// <summary>Takes events; nothing else is asked of it.</summary>
internal sealed class EventSink : IApiServer
{
    private TaskCompletionSource? _held;
    private int _atOnce;

    public List<Corev1Event> Created { get; } = [];

    public int Asked { get; private set; }

    public int MostAtOnce { get; private set; }

    public bool Refuse { get; set; }

    public void Hold() => _held = new();

    public void Release() => _held?.SetResult();

    public async Task CreateEventAsync(Corev1Event @event, CancellationToken cancellationToken)
    {
        Asked++;
        MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
        await Task.Yield();
        await (_held?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
        _atOnce--;
        if (Refuse)
        {
            throw new ApiServerException(ApiServerRefusal.Forbidden, "prod", "events is forbidden");
        }

        Created.Add(@event);
    }

    public Task<V1Node?> GetNodeAsync(string nodeName, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SingleNode> ListNodeAsync(string nodeName, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<V1Node> ListNodesAsync(bool cordonedOnly, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<NodePatchReply> PatchNodeAsync(string nodeName, string strategicMergePatch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PodList> ListPodsAsync(string nodeName, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<V1Pod>> WatchPodsAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodeAsync(string nodeName, string resourceVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<V1Node>> WatchNodesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EvictionReply> EvictAsync(PodName pod, TimeSpan? gracePeriod, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EvictionReply> DeleteAsync(PodName pod, TimeSpan gracePeriod, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string?> GetVolumeOfClaimAsync(string claim, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> GetVolumeNamesAsync(string persistentVolume, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<V1PodDisruptionBudget>> ListDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<V1PodDisruptionBudget>> WatchDisruptionBudgetsAsync(string @namespace, CancellationToken cancellationToken) => throw new NotSupportedException();
}
