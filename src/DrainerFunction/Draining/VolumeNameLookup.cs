using DrainerFunction.ApiServer;

namespace DrainerFunction.Draining;

/// <summary>
/// What the volumes behind claims are called on a node: two requests for each claim, sent beside the evictions, for the claim of an ephemeral
/// volume goes with its pod.
/// </summary>
internal sealed class VolumeNameLookup(DrainContext drain)
{
    private const int MostTries = 5;

    private readonly Dictionary<string, Task<IReadOnlyList<string>?>> _names = new(StringComparer.Ordinal);
    private bool _isForbidden;

    /// <summary>Begins to ask; what is known or asked for already is not asked for again.</summary>
    /// <param name="claims">As namespace/name.</param>
    public void Ask(IEnumerable<string> claims, CancellationToken cancellationToken)
    {
        foreach (var claim in claims.Where(claim => !_names.ContainsKey(claim)))
        {
            _names.Add(claim, AskAsync(claim, cancellationToken));
        }
    }

    /// <returns>The names of all these claims' volumes, or null where not all could be asked for.</returns>
    public async Task<IReadOnlySet<string>?> NamesAsync(IReadOnlyCollection<string> claims, CancellationToken cancellationToken)
    {
        Ask(claims, cancellationToken);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var claim in claims)
        {
            if (await _names[claim] is not { } its)
            {
                return null;
            }

            names.UnionWith(its);
        }

        return names;
    }

    private async Task<IReadOnlyList<string>?> AskAsync(string claim, CancellationToken cancellationToken)
    {
        for (var tries = 1; tries <= MostTries && !_isForbidden; tries++)
        {
            try
            {
                return await drain.Requests.GetVolumeOfClaimAsync(claim, cancellationToken) is { } volume ? await drain.Requests.GetVolumeNamesAsync(volume, cancellationToken) : [];
            }
            catch (ApiServerException forbidden) when (forbidden.Refusal is ApiServerRefusal.Forbidden)
            {
                // Said once by the cluster's connection; the wait goes by what the node reports.
                _isForbidden = true;
            }
            catch (ApiServerException unanswered)
            {
                drain.Progress.Trouble("read the volumes of claims", unanswered.Message);
                await drain.PauseAfterAsync(unanswered, tries, cancellationToken);
            }
        }

        return null;
    }
}
