using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>
/// The balancers and gateways between a function and the world: they forget a connection over which nothing went for long,
/// without a word to either end, and answer the next byte with a reset. So do Network Load Balancers and NAT gateways, after
/// 350 s ("Update the TCP idle timeout for your Network Load Balancer listener"; "Troubleshoot NAT gateways").
/// </summary>
internal sealed class IdleConnections(TimeProvider time)
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(350);
    private int _resets;

    /// <summary>How many forgotten connections somebody wrote to.</summary>
    public int Resets => Volatile.Read(ref _resets);

    /// <summary>Before anything else that listens there, TLS included.</summary>
    public void Watch(ListenOptions listen) => listen.Use(next => connection =>
    {
        var traffic = new Traffic(this, connection);
        connection.Transport = new Watched(new Reader(connection.Transport.Input, traffic), new Writer(connection.Transport.Output, traffic));
        return next(connection);
    });

    private sealed class Traffic(IdleConnections idle, ConnectionContext connection)
    {
        private long _last = idle.Now;

        public void Flowed() => Volatile.Write(ref _last, idle.Now);

        /// <exception cref="ConnectionResetException">Nobody knows the connection any more.</exception>
        public void Arrived()
        {
            if (TimeSpan.FromTicks(idle.Now - Volatile.Read(ref _last)) <= Longest)
            {
                Flowed();
                return;
            }

            Interlocked.Increment(ref idle._resets);
            var forgotten = new ConnectionResetException($"nothing went over it for {Longest.TotalSeconds:0} s");
            if (connection.Features.Get<IConnectionSocketFeature>() is { Socket: var socket })
            {
                // Closed without lingering: that sends a reset instead of an orderly end.
                socket.LingerState = new LingerOption(true, 0);
            }

            connection.Abort(new ConnectionAbortedException(forgotten.Message));
            throw forgotten;
        }
    }

    private long Now => time.GetUtcNow().Ticks;

    private sealed record Watched(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Reader(PipeReader inner, Traffic traffic) : PipeReader
    {
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Seen(await inner.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            var isRead = inner.TryRead(out result);
            _ = isRead ? Seen(result) : result;
            return isRead;
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private ReadResult Seen(ReadResult result)
        {
            if (!result.Buffer.IsEmpty)
            {
                traffic.Arrived();
            }

            return result;
        }
    }

    private sealed class Writer(PipeWriter inner, Traffic traffic) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            traffic.Flowed();
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
