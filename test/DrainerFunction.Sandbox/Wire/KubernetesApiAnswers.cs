using System.Buffers;
using System.Text;
using System.Text.Json;
using DrainerFunction.Sandbox.World.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>From the transport-free answer to HTTP, spoilt on the way if a fault says so.</summary>
internal static class KubernetesApiAnswers
{
    public static async Task Write(HttpContext context, ApiResponse response, Fault? fault, Cluster cluster, CancellationToken cancellationToken)
    {
        if (response.ConnectionWasLost && fault is not Fault.ResetInBody)
        {
            response.Watch?.Close();
            context.Abort();
            return;
        }

        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (response.Watch is { } watch)
        {
            context.Response.ContentType = "application/json";
            await Stream(context, watch, fault is Fault.ResetInBody, cancellationToken);
            return;
        }

        var body = response.Text is { } text ? Encoding.UTF8.GetBytes(text) : JsonSerializer.SerializeToUtf8Bytes(response.Body);
        context.Response.ContentType ??= response.Text is null ? "application/json" : "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (fault is Fault.ResetInBody or Fault.StalledBody)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            if (fault is not Fault.StalledBody stalled)
            {
                // Fewer bytes than promised: the server closes the connection once these are out, where an abort might swallow them.
                return;
            }

            await Task.Delay(stalled.For, cluster.World.Time, cancellationToken);
            await context.Response.Body.WriteAsync(body.AsMemory(body.Length / 2), cancellationToken);
            return;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, cancellationToken);
        }
    }

    // One line an event, flushed at once; the headers go out before the first event, as they do upstream.
    private static async Task Stream(HttpContext context, WatchStream watch, bool resetAfterHalfAnEvent, CancellationToken cancellationToken)
    {
        using var signal = new SemaphoreSlim(0);
        watch.Subscribe(() => signal.Release());
        try
        {
            await context.Response.Body.FlushAsync(cancellationToken);
            while (true)
            {
                if (watch.TryRead(out var next))
                {
                    var line = Line(next);
                    if (resetAfterHalfAnEvent)
                    {
                        await context.Response.Body.WriteAsync(line.AsMemory(0, line.Length / 2), cancellationToken);
                        await context.Response.Body.FlushAsync(cancellationToken);
                        context.Abort();
                        return;
                    }

                    await context.Response.Body.WriteAsync(line, cancellationToken);
                    await context.Response.Body.FlushAsync(cancellationToken);
                }
                else if (watch.IsClosed)
                {
                    return;
                }
                else
                {
                    await signal.WaitAsync(cancellationToken);
                }
            }
        }
        finally
        {
            watch.Close();
        }
    }

    private static byte[] Line(WatchEvent next)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", next.Type);
            json.WritePropertyName("object");
            next.Object.WriteTo(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
