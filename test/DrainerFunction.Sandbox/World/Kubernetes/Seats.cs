namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>
/// Priority and fairness in its plainest form: so many requests of the judged group may be under way at once, none queues,
/// and one too many is answered 429 with Retry-After. Watches give their seat back once they have begun.
/// </summary>
internal sealed class Seats(ClusterSettings settings)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How many seats are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>How many requests found none.</summary>
    public int Refused { get; private set; }

    /// <returns>The refusal, or null: then <see cref="Leave"/> once it is answered.</returns>
    public ApiResponse? Take(ApiUser user)
    {
        if (settings.Seats is { } seats && user.IsIn(settings.JudgedGroup))
        {
            if (Taken >= seats)
            {
                Refused++;
                return ApiRefusal.QueuesAreFull(RetryAfter);
            }

            Taken++;
        }

        return null;
    }

    public void Leave(ApiUser user) => Taken -= settings.Seats is not null && user.IsIn(settings.JudgedGroup) ? 1 : 0;
}
