using System.Buffers.Binary;

namespace DrainerFunction.Sandbox.Wire.Protobuf;

/// <summary>Field after field of one message on the wire of protocol buffers.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <exception cref="FormatException">It breaks off, or has a wire type that proto3 does not have.</exception>
    public bool TryNext(out int field, out WireValue value)
    {
        field = 0;
        value = default;
        if (_left.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        field = (int)(tag >> 3);
        value = (tag & 7) switch
        {
            0 => new(Varint(), []),
            1 => new(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)), []),
            2 => new(0, Take(Varint())),
            5 => new(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), []),
            var type => throw new FormatException($"wire type {type} is none of protobuf's"),
        };
        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("a number is longer than ten bytes");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_left.Length)
        {
            throw new FormatException("the message breaks off");
        }

        var taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }
}

/// <summary>A number, or the bytes of a string, of bytes or of a message.</summary>
internal readonly ref struct WireValue(ulong number, ReadOnlySpan<byte> bytes)
{
    public ulong Number { get; } = number;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}
