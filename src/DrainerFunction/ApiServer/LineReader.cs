using System.Buffers;

namespace DrainerFunction.ApiServer;

/// <summary>
/// The lines of a stream as bytes, one at a time, in one buffer that grows to the longest line and is given back after a long one. A line is
/// good until the next is asked for.
/// </summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    private const int Ordinary = 16 * 1024;

    // Lent: what a pod of a megabyte lets a buffer grow to would be four megabytes of garbage for each of its changes.
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Ordinary);
    private int _start;
    private int _end;

    /// <returns>Null at the end of the stream; what stands there without an end of line is the last line.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        for (var searched = _start; ;)
        {
            var length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + length - _start);
                _start = searched + length + 1;
                return line;
            }

            MakeRoom();
            searched = _end;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                var rest = _buffer.AsMemory(_start, _end - _start);
                _start = _end;
                return rest.IsEmpty ? default(ReadOnlyMemory<byte>?) : rest;
            }

            _end += read;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    // Moves what is unread to the front, into a buffer of a size that fits it.
    private void MakeRoom()
    {
        var unread = _end - _start;
        var size = unread < Ordinary / 2 ? Ordinary : unread * 2 <= _buffer.Length ? _buffer.Length : unread * 2;
        var next = size == _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(_start, unread).CopyTo(next);
        if (next != _buffer)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _start, _end) = (next, 0, unread);
    }
}
