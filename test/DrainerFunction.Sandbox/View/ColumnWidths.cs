using Spectre.Console;

namespace DrainerFunction.Sandbox.View;

/// <summary>How wide the columns of the picture are: narrow terminals get shorter hooks and no bar.</summary>
internal sealed record ColumnWidths(int Node, int State, int Pods, int Hook, int Left)
{
    /// <summary>A border and a blank on each side of every column, and the last border.</summary>
    private const int Between = (5 * 3) + 1;

    public bool HasBar => Left > 10;

    public static ColumnWidths For(int width, IReadOnlyList<string> names)
    {
        var isWide = width >= 110;
        var node = Math.Clamp(names.Select(name => name.Length).DefaultIfEmpty(4).Max(), 6, isWide ? 24 : 14);
        var (state, hook, left) = (13, isWide ? 30 : 17, isWide ? 18 : 7);
        return new(node, state, Math.Max(6, width - node - state - hook - left - Between), hook, left);
    }

    public Table Table()
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns(Column("node", Node), Column("state", State), Column("pods", Pods), Column("hook", Hook), Column("left", Left));
        return table;
    }

    private static TableColumn Column(string title, int width) => new(title) { Width = width, NoWrap = true };
}
