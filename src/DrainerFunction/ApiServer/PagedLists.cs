using System.Net;
using System.Runtime.CompilerServices;
using DrainerFunction.Runtime.Scheduling;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Lists of one cluster, page by page; one that was read too slowly for the server to keep its version begins anew, a few times.</summary>
internal sealed class PagedLists(ClusterRequests requests, ConcurrencyLimit atOnce, string clusterName)
{
    private const int MostRestarts = 3;

    /// <param name="path">As far as <c>?</c> or <c>&amp;</c>.</param>
    /// <param name="pageSize">Objects a page.</param>
    /// <param name="question">What is asked for, where it is refused.</param>
    /// <param name="metaOf">Where the list says how it goes on.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiServerException">A page was refused, or did not come.</exception>
    public async IAsyncEnumerable<(T List, bool BeginsAnew)> PagesAsync<T>(
        string path, int pageSize, string question, Func<T, V1ListMeta?> metaOf, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        string? next = null;
        var (restarts, beginsAnew) = (0, false);
        do
        {
            var from = string.IsNullOrEmpty(next) ? "" : $"&continue={Uri.EscapeDataString(next)}";
            var (page, refusal) = await atOnce.RunAsync(() => requests.ReadPageAsync<T>($"{path}limit={pageSize}{from}", question, cancellationToken), cancellationToken);
            if (page is not null)
            {
                yield return (page, beginsAnew);
                (next, beginsAnew) = (metaOf(page)?.ContinueProperty, false);
            }
            else if (refusal!.Code is HttpStatusCode.Gone && !string.IsNullOrEmpty(next) && restarts++ < MostRestarts)
            {
                (next, beginsAnew) = ("", true);
            }
            else
            {
                throw refusal.Refusal(clusterName, question);
            }
        }
        while (beginsAnew || !string.IsNullOrEmpty(next));
    }
}
