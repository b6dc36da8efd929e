using System.Text;

namespace DrainerFunction.ApiServer;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16 * 1024)]
    [InlineData(1 << 20)]
    public async Task Lines_come_whole_however_the_stream_cuts_them_and_short_ones_after_a_long_one(int atOnce)
    {
        string[] lines = ["a", "", new('b', 40_000), "c", new('d', 16 * 1024), new('e', 33), "the rest"];
        using var reader = new LineReader(new CutStream(Encoding.ASCII.GetBytes(string.Join('\n', lines)), atOnce));

        List<string> read = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } line)
        {
            read.Add(Encoding.ASCII.GetString(line.Span));
        }

        Assert.Equal(lines, read);
    }

    private sealed class CutStream(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(atOnce, buffer.Length)], cancellationToken);
    }
}
