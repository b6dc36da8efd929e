using System.Globalization;
using System.Net;
using DrainerFunction.Sandbox.Lambda;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.Sandbox.Wire;

/// <summary>
/// All AWS services of the world on one loopback port, over plain HTTP: what <c>--endpoint-url</c> and AWS_ENDPOINT_URL point to.
/// Signatures are checked against the wall's clock, everything else follows the world's.
/// </summary>
internal sealed class AwsWire : IAsyncDisposable
{
    private readonly SimulatedWorld _world;
    private readonly TimeProvider _wallClock;
    private readonly WebApplication _host;
    private readonly AwsSignature _signature;

    private AwsWire(SimulatedWorld world, TimeProvider wallClock, WebApplication host)
    {
        (_world, _wallClock, _host) = (world, wallClock, host);
        _signature = new(world.Aws.Credentials);
    }

    public RequestHooks Hooks { get; private init; } = new();

    /// <summary>What lies between the callers and here.</summary>
    public required IdleConnections Idle { get; init; }

    public Uri Endpoint { get; private set; } = new("http://127.0.0.1");

    /// <summary>How wrong the services find the callers' clocks: they reckon by the wall's clock plus this.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>The function that Lambda knows of, once there is one.</summary>
    public LambdaFunction? Function { get; set; }

    /// <param name="port">0: any free one.</param>
    public static async Task<AwsWire> StartAsync(
        SimulatedWorld world, TimeProvider wallClock, RequestHooks? hooks = null, int port = 0, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        var idle = new IdleConnections(world.Time);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, idle.Watch);
        });
        var host = builder.Build();
        var wire = new AwsWire(world, wallClock, host) { Hooks = hooks ?? new(), Idle = idle };
        host.Run(wire.AnswerAsync);
        await host.StartAsync(cancellationToken);
        wire.Endpoint = new(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        world.Aws.Endpoint = wire.Endpoint;
        world.Aws.Credentials.Clock = wallClock;
        return wire;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var requestId = Guid.NewGuid().ToString();
        var call = new AwsCall("eks", "Unknown", AwsProtocol.RestJson);
        AwsAnswer answer;
        try
        {
            var http = await ReadAsync(context);
            call = AwsCall.Read(http) with { TraceHeader = http.Header("x-amzn-trace-id") };
            var request = Hooks.Count(call.Service, call.Operation);
            var fault = _world.Aws.Faults.Strike(call.Service, call.Operation);
            if (fault is { Kind: AwsFaultKind.Latency })
            {
                await Task.Delay(fault.Latency, _world.Time, context.RequestAborted);
            }

            if (fault is { Kind: AwsFaultKind.Reset })
            {
                context.Abort();
                return;
            }

            if (fault?.Refusal(call.Service) is { } refusal)
            {
                throw refusal;
            }

            var (key, region) = _signature.Verify(http, call, _wallClock.GetUtcNow() + ClockSkew);
            request = request with { AccessKey = key.Id };
            if (!await PassAsync(Hooks.BeforeAsync(request, context.RequestAborted)))
            {
                context.Abort();
                return;
            }

            answer = await ApplyAsync(call, http, key, region, requestId, context.RequestAborted);
            if (!await PassAsync(Hooks.AfterAsync(request, context.RequestAborted)) || fault is { Kind: AwsFaultKind.ResetAfter })
            {
                context.Abort();
                return;
            }
        }
        catch (AwsError refused)
        {
            answer = AwsAnswer.Refusal(call, requestId, refused);
        }
        catch (Exception misshapen) when (misshapen is InvalidOperationException or FormatException or NullReferenceException)
        {
            answer = AwsAnswer.Refusal(call, requestId, new("SerializationException", "A parameter has the wrong type: " + misshapen.Message, 400));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        await WriteAsync(context, answer, requestId);
    }

    /// <summary>A hook that throws has killed somebody: the connection dies with it, nobody is answered.</summary>
    private static async Task<bool> PassAsync(Task hook)
    {
        await hook.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return hook.IsCompletedSuccessfully;
    }

    /// <summary>What the service refuses is an answer, too: it can be lost on its way back.</summary>
    private async Task<AwsAnswer> ApplyAsync(AwsCall call, AwsHttp http, AccessKey key, string region, string requestId, CancellationToken cancellationToken)
    {
        try
        {
            return call.Service == "lambda" ? await AwsLambda.AnswerAsync(call, http, Function, cancellationToken)
                : await DispatchAsync(call, key, _world.Aws.Region(key.Account, region), requestId, cancellationToken);
        }
        catch (AwsError refused)
        {
            return AwsAnswer.Refusal(call, requestId, refused);
        }
    }

    private async Task<AwsAnswer> DispatchAsync(AwsCall call, AccessKey key, AwsRegion region, string requestId, CancellationToken cancellationToken)
    {
        if (call.Service == "sqs")
        {
            return call.Protocol == AwsProtocol.Query
                ? await AwsSqsQuery.AnswerAsync(call, new(region, key, call.TraceHeader), requestId, cancellationToken)
                : AwsAnswer.Json(call, await new AwsSqs(region, key, call.TraceHeader).AnswerAsync(call.Operation, call.Json, cancellationToken));
        }

        lock (_world.Gate)
        {
            region.Rates.Take(call.Service, call.Operation);
            return call.Service switch
            {
                "ec2" => AwsAnswer.Ec2(call, requestId, AwsEc2.Answer(call, region)),
                "autoscaling" => AwsAnswer.Query(call, requestId, AwsAutoScaling.Answer(call, region)),
                "sts" => AwsAnswer.Query(call, requestId, AwsSts.Answer(call, region, key)),
                "monitoring" => AwsAnswer.Query(call, requestId, AwsCloudWatch.Answer(call, region)),
                "events" => AwsAnswer.Json(call, AwsEvents.Answer(call, region)),
                "ssm" => AwsAnswer.Json(call, AwsSsm.Answer(call, region)),
                _ => AwsAnswer.Json(call, AwsEks.Answer(call, region)),
            };
        }
    }

    private static async Task<AwsHttp> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(',', header.Value.ToArray()));
        return new(context.Request.Method, target[0], target.Length == 2 ? target[1] : "", headers, body.ToArray());
    }

    private async Task WriteAsync(HttpContext context, AwsAnswer answer, string requestId)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers["x-amzn-RequestId"] = requestId;
        context.Response.Headers.Date = (_wallClock.GetUtcNow() + ClockSkew).ToString("R", CultureInfo.InvariantCulture);
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }
}
