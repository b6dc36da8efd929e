using System.Globalization;
using DrainerFunction.ApiServer;
using DrainerFunction.Nodes;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.Reporting.KubernetesEvents;

/// <summary>The events of one drain on their way to the API server: one at a time, so that they never compete with the evictions.</summary>
internal sealed class EventQueue(TargetNode node, IReadOnlyDictionary<string, string> extraAnnotations, TimeProvider time) : IDisposable
{
    private const string Component = "node-drainer";
    private const int MostEvents = 120;
    private const int LongestMessage = 1024;
    private const int LongestName = 253;
    private const int GiveUpAfter = 3;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly LinkedList<Corev1Event> _waiting = [];
    private readonly CancellationTokenSource _closed = new();
    private Task _sending = Task.CompletedTask;
    private int _taken;
    private int _failedInARow;

    public int Failed { get; private set; }

    /// <summary>More than a drain may send, or not sent in time.</summary>
    public int Dropped { get; private set; }

    public string Why { get; private set; } = "the limit was reached";

    public void Add(V1ObjectReference subject, string @namespace, string reason, bool isWarning, string message)
    {
        var text = message.Length <= LongestMessage ? message : message[..LongestMessage];
        if (_waiting.FirstOrDefault(other => other.InvolvedObject.Uid == subject.Uid && other.Reason == reason && other.Message == text) is { } same)
        {
            (same.Count, same.LastTimestamp) = (same.Count + 1, Now);
        }
        else if (_taken >= MostEvents || _failedInARow >= GiveUpAfter)
        {
            Dropped++;
        }
        else
        {
            _waiting.AddLast(New(subject, @namespace, reason, isWarning, text));
            if (_sending.IsCompleted)
            {
                _sending = SendAsync();
            }
        }
    }

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await ((Task)time.WithinAsync(LongestWait, _sending.WaitAsync, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _closed.Cancel();
        await _sending;
    }

    public void Dispose() => _closed.Dispose();

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    // It leaves the queue before it is sent: an equal one that comes meanwhile is a new event, not a lost count.
    private async Task SendAsync()
    {
        while (_waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            if (_failedInARow >= GiveUpAfter || _closed.IsCancellationRequested)
            {
                Dropped++;
                continue;
            }

            await SendAsync(first.Value);
        }
    }

    private async Task SendAsync(Corev1Event @event)
    {
        try
        {
            if (await time.WithinAsync(LongestWait, token => node.ApiServer.CreateEventAsync(@event, token), _closed.Token))
            {
                _failedInARow = 0;
                return;
            }

            Fail("no response in time");
        }
        catch (ApiServerException refused)
        {
            Fail(refused.Message);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            Fail("no response in time");
        }
    }

    private void Fail(string why)
    {
        Failed++;
        _failedInARow++;
        Why = why;
    }

    private Corev1Event New(V1ObjectReference subject, string @namespace, string reason, bool isWarning, string message) => new()
    {
        ApiVersion = "v1",
        Kind = Corev1Event.KubeKind,
        Metadata = new()
        {
            Name = Unique(subject.Name),
            NamespaceProperty = @namespace,
            Annotations = new Dictionary<string, string>(extraAnnotations)
            {
                ["account-id"] = node.Cluster.Scope.Account,
                ["region"] = node.Cluster.Scope.Region,
                ["instance-id"] = node.InstanceId,
            },
        },
        InvolvedObject = subject,
        Reason = reason,
        Message = message,
        Type = isWarning ? "Warning" : "Normal",
        Source = new() { Component = Component, Host = node.NodeName },
        ReportingComponent = Component,
        ReportingInstance = node.NodeName,
        FirstTimestamp = Now,
        LastTimestamp = Now,
        Count = 1,
    };

    private string Unique(string name)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $".{Now.Ticks:x}{++_taken:x4}");
        return (name.Length + suffix.Length <= LongestName ? name : name[..(LongestName - suffix.Length)].TrimEnd('.', '-')) + suffix;
    }
}
