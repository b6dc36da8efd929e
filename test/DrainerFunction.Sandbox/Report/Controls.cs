using System.Globalization;
using System.Text;

namespace DrainerFunction.Sandbox.Report;

/// <summary>
/// A filter by cluster, kind, outcome and scenario, and an order, for more nodes than can be read at once. The page runs no script: each is
/// a radio button, and rules of style look at which one is checked.
/// </summary>
internal sealed class Controls
{
    // A page of fewer is read faster than its buttons.
    private const int Least = 3;
    private const int MostChoices = 40;

    private static readonly (string Name, Func<IEnumerable<NodeStory>, IEnumerable<NodeStory>> Order)[] Orders =
    [
        ("late, then slowest", NodeStory.Sorted),
        ("by name", stories => stories.OrderBy(story => story.Scenario, StringComparer.Ordinal).ThenBy(story => story.Name, StringComparer.Ordinal)),
        ("by time", stories => stories.OrderBy(story => story.Begin)),
        ("least notice left", stories => stories.OrderBy(story => story.NoticeLeft ?? TimeSpan.MaxValue)),
        ("most pods", stories => stories.OrderByDescending(story => story.Pods.Count + story.PodsNotNamed)),
    ];

    private static readonly (string Name, Func<NodeStory, IEnumerable<string>> Of)[] Filters =
    [
        ("scenario", story => Known(story.Scenario)), ("cluster", story => Known(story.Cluster)), ("kind", story => story.Kinds.Select(Words.Of)),
        ("outcome", story => [Words.Of(story.Last.Outcome)]),
    ];

    private readonly IReadOnlyList<NodeStory> _stories;
    private readonly IReadOnlyList<(string Name, IReadOnlyList<string> Values, Func<NodeStory, IEnumerable<string>> Of)> _filters;
    private readonly Dictionary<NodeStory, string> _places;

    public Controls(IReadOnlyList<NodeStory> stories)
    {
        _stories = stories;
        _filters = stories.Count < Least ? []
            : [.. Filters.Select(filter => (filter.Name, Values: (IReadOnlyList<string>)[.. stories.SelectMany(filter.Of).Distinct().Order(StringComparer.Ordinal)], filter.Of))
                .Where(filter => filter.Values.Count is > 1 and <= MostChoices)];
        var places = Orders.Select(order => order.Order(stories).Select((story, place) => (story, place)).ToDictionary(one => one.story, one => one.place)).ToList();
        _places = stories.ToDictionary(story => story, story => string.Join(';', places.Select((of, order) => string.Create(CultureInfo.InvariantCulture, $"--o{order}:{of[story]}"))));
    }

    public string OrderOf(NodeStory story) => _places[story];

    public string ClassesOf(NodeStory story) => string.Join(' ', _filters.SelectMany((filter, number) => filter.Of(story).Select(value => $"f{number}-{IndexOf(filter.Values, value)}")));

    public void Write(Html html)
    {
        if (_stories.Count < Least)
        {
            return;
        }

        html.Write($"<style>{new Markup(Rules())}</style>\n<div class=\"controls\">\n");
        for (var number = 0; number < _filters.Count; number++)
        {
            Choice(html, _filters[number].Name, $"f{number}", ["all", .. _filters[number].Values]);
        }

        Choice(html, "order", "o", [.. Orders.Select(order => order.Name)]);
        html.WriteRaw("</div>\n");
    }

    private static void Choice(Html html, string name, string id, IReadOnlyList<string> values)
    {
        html.Write($"<fieldset><legend>{name}</legend>");
        for (var index = 0; index < values.Count; index++)
        {
            html.Write($"""<label><input type="radio" name="{id}" id="{id}-{index}"{(index == 0 ? new Markup(" checked") : null)}><span>{values[index]}</span></label>""");
        }

        html.WriteRaw("</fieldset>\n");
    }

    private string Rules()
    {
        var rules = new StringBuilder();
        for (var number = 0; number < _filters.Count; number++)
        {
            for (var value = 1; value <= _filters[number].Values.Count; value++)
            {
                rules.Append(CultureInfo.InvariantCulture, $"main:has(#f{number}-{value}:checked) .node:not(.f{number}-{value}){{display:none}}\n");
            }
        }

        for (var order = 0; order < Orders.Length; order++)
        {
            rules.Append(CultureInfo.InvariantCulture, $"main:has(#o-{order}:checked) .node{{order:var(--o{order})}}\n");
        }

        return rules.ToString();
    }

    // 0 is "all".
    private static int IndexOf(IReadOnlyList<string> values, string value) => 1 + values.TakeWhile(one => one != value).Count();

    private static IEnumerable<string> Known(string? value) => value is null ? [] : [value];
}
