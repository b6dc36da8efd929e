using System.Net;
using System.Runtime.CompilerServices;
using DrainerFunction.Runtime.Scheduling;
using k8s;
using k8s.Models;

namespace DrainerFunction.ApiServer;

/// <summary>Lists of one cluster, page by page; one that was read too slowly for the server to keep its version begins anew, a few times.</summary>
internal sealed class PagedLists(ClusterRequests requests, ConcurrencyLimit atOnce, string clusterName)
{
    private const int PageSize = 500;
    private const int MostRestarts = 3;

    /// <summary>Each object once, though a list that began anew comes by the same ones again.</summary>
    /// <inheritdoc cref="PagesAsync"/>
    public async IAsyncEnumerable<T> ItemsAsync<TList, T>(string path, string question, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TList : class, IKubernetesObject<V1ListMeta>, IItems<T>
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var page in PagesAsync<TList, T>(path, question, cancellationToken))
        {
            foreach (var item in page.List.Items.Where(item => told.Add(item.Metadata.Uid ?? item.Metadata.Name)))
            {
                yield return item;
            }
        }
    }

    /// <summary>All there are, and the version from which they can be watched.</summary>
    /// <inheritdoc cref="PagesAsync"/>
    public async Task<(IReadOnlyList<T> Items, string Version)> ReadAsync<TList, T>(string path, string question, CancellationToken cancellationToken)
        where TList : class, IKubernetesObject<V1ListMeta>, IItems<T>
    {
        List<T> items = [];
        var version = "";
        await foreach (var page in PagesAsync<TList, T>(path, question, cancellationToken))
        {
            if (page.BeginsAnew)
            {
                items.Clear();
            }

            items.AddRange(page.List.Items);
            version = page.List.Metadata?.ResourceVersion ?? "";
        }

        return (items, version);
    }

    /// <param name="path">As far as <c>?</c> or <c>&amp;</c>.</param>
    /// <param name="question">What is asked for, where it is refused.</param>
    /// <exception cref="ApiServerException">A page was refused, or did not come.</exception>
    private async IAsyncEnumerable<(T List, bool BeginsAnew)> PagesAsync<T, TItem>(string path, string question, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ListMeta>, IItems<TItem>
    {
        string? next = null;
        var (restarts, beginsAnew) = (0, false);
        do
        {
            var from = string.IsNullOrEmpty(next) ? "" : $"&continue={Uri.EscapeDataString(next)}";
            var (page, refusal) = await atOnce.RunAsync(() => requests.ReadPageAsync<T>($"{path}limit={PageSize}{from}", question, cancellationToken), cancellationToken);
            if (page is not null)
            {
                // An empty list has its items, too: what has none is something else, and says nothing of what there is.
                if (page.Items is null)
                {
                    throw new ApiServerException(ApiServerRefusal.Unreachable, clusterName, $"{question}: the answer is no list");
                }

                yield return (page, beginsAnew);
                (next, beginsAnew) = (page.Metadata?.ContinueProperty, false);
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
