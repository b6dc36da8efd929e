using DrainerFunction.ApiServer;

namespace DrainerFunction.Draining;

/// <summary>A watch of a drain: its failures are troubles of the drain, and none of its pauses outlasts the bound.</summary>
/// <param name="what">What could not be done where it is not answered, as it is told.</param>
internal abstract class DrainWatch<T>(DrainContext drain, string what) : WatchLoop<T>(drain.Time, drain.Random)
{
    protected DrainContext Drain => drain;

    protected override TimeSpan LimitPause(TimeSpan pause) => drain.Limit(pause);

    protected override void OnFirstEvent() => drain.Progress.Recovered(what);

    protected override void OnFailure(ApiServerException unanswered)
    {
        drain.Requests.SentAgain();
        drain.Progress.Trouble(what, unanswered.Message);
    }

    protected override void OnSilence() => drain.Requests.SentAgain();
}
