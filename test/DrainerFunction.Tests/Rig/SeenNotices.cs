using DrainerFunction.Reporting.Webhooks;

namespace DrainerFunction.Rig;

/// <summary>A webhook that keeps what it was told.</summary>
internal sealed class SeenNotices : IWebhook
{
    private readonly List<(string Word, string Id)> _seen = [];

    public bool IsSet { get; set; }

    public IReadOnlyList<(string Word, string Id)> Seen => _seen;

    public Task NotifyAsync(Notice notice, CancellationToken cancellationToken)
    {
        _seen.Add((notice.Word, notice.Id));
        return Task.CompletedTask;
    }
}
