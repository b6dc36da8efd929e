// Over 150 lines: the start of a process in its order.
using System.Diagnostics.CodeAnalysis;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.SimpleSystemsManagement;
using Amazon.SQS;
using DrainerFunction.ApiServer;
using DrainerFunction.Aws;
using DrainerFunction.Aws.Pipeline;
using DrainerFunction.Reporting;
using DrainerFunction.Reporting.Webhooks;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Logging;
using DrainerFunction.Runtime.Options;
using DrainerFunction.Runtime.Scheduling;
using DrainerFunction.WarmUp;
using Microsoft.Extensions.Logging;

namespace DrainerFunction;

/// <summary>One environment of the function: reads the settings, connects the ports and handles invocations. What is wrong with the settings, Lambda is told.</summary>
[SuppressMessage("Reliability", "CA2000", Justification = "What is made here lives as long as the process.")]
internal static partial class FunctionHost
{
    private static readonly TimeSpan LongestPreload = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(string endpoint, IReadOnlyDictionary<string, string> environment, Task preload, EventLoop loop, CancellationToken stop)
    {
        var output = new LineOutput(Console.OpenStandardOutput());
        TimeProvider time;
        DrainerOptions options;
        string region;
        try
        {
            time = new EventLoopTimeProvider(ScaledTimeProvider.Read(environment.GetValueOrDefault(ScaledTimeProvider.Variable)), loop);
            options = DrainerOptions.From(WithLambdasLogLevel(environment));
            region = environment.GetValueOrDefault("AWS_REGION") ?? environment.GetValueOrDefault("AWS_DEFAULT_REGION")
                ?? throw new FormatException("AWS_REGION is not set. Lambda sets it; elsewhere it must be the region of the queue.");
        }
        catch (Exception wrong) when (wrong is OptionsException or FormatException)
        {
            return await RefuseAsync(endpoint, wrong, new JsonLinesLoggers(output, LogLevel.Information, TimeProvider.System).CreateLogger(nameof(DrainerFunction)));
        }

        var loggers = new JsonLinesLoggers(output, options.LogLevel, time);
        var logger = loggers.CreateLogger(nameof(DrainerFunction));
        Started(logger, FunctionVersion.Text);
        TellSettings(logger, options, environment);
        var name = environment.GetValueOrDefault("AWS_LAMBDA_FUNCTION_NAME", "node-drainer");
        await WarmUpAsync(region, name, WarmUpDrain.Rate, loop, logger);
        RuntimePreload.SortMethodNames();
        await TimeProvider.System.WithinAsync(LongestPreload, preload.WaitAsync, stop);
        using var runtime = new LambdaRuntime(endpoint, LambdaRuntime.Connection(), time, loggers.CreateLogger<LambdaRuntime>());
        var outside = new Outside(AwsHttp.Connections(time), () => DefaultAWSCredentialsIdentityResolver.GetCredentials(), cluster => StrictTls.Connect(cluster, time));
        return await runtime.RunAsync(Compose(outside, options, region, name, output, time, loggers), stop);
    }

    /// <summary>Another graph of the same parts, with nothing outside: what it keeps goes with it.</summary>
    public static Task<bool> WarmUpAsync(string region, string name, double rate, EventLoop loop, ILogger logger)
    {
        var time = new EventLoopTimeProvider(new ScaledTimeProvider(TimeProvider.System.GetUtcNow(), rate), loop);
        var output = new LineOutput(Stream.Null);
        var outside = new Outside(new WarmUpAws(time), () => new SessionAWSCredentials("warm-up", "warm-up", "warm-up"), _ => new WarmUpCluster());
        return new WarmUpDrain(time, logger).RunAsync(Compose(outside, new(), region, name, output, time, new(output, LogLevel.Information, time)), region);
    }

    private static async Task<int> RefuseAsync(string endpoint, Exception wrong, ILogger logger)
    {
        CannotStart(logger, FunctionVersion.Text, wrong.Message);
        using var runtime = new LambdaRuntime(endpoint, LambdaRuntime.Connection(), TimeProvider.System, logger);
        await runtime.ReportInitErrorAsync(wrong);
        return 1;
    }

    /// <summary>The whole graph, by hand. Nothing here makes a request: clients connect when they are first used.</summary>
    private static AccountAware Compose(Outside outside, DrainerOptions options, string region, string functionName, LineOutput output, TimeProvider time, JsonLinesLoggers loggers)
    {
        var random = new Random();
        var connection = new AwsConnection(new(outside.Aws), outside.Credentials, region);
        var calls = new AwsCalls(time);
        var own = new OwnAccount(calls, connection);
        var role = options.AssumeRoleName is { } name ? new AssumedRole(name, options.AssumeRoleExternalId) : null;
        var aws = new AwsClients(connection, own, role, time);
        var proxy = new WebhookProxy();
        var ports = new Ports(
            aws,
            new Queues(new(() => new AmazonSQSClient(connection.OwnCredentials, connection.Set(new AmazonSQSConfig(), region))), calls),
            new ApiServers(aws, outside.Connect, time, loggers.CreateLogger<ApiServers>()),
            new Webhook(
                options,
                new SsmParameters(new(() => new AmazonSimpleSystemsManagementClient(connection.OwnCredentials, connection.Set(new AmazonSimpleSystemsManagementConfig(), region))), calls),
                proxy.CreateHandler(),
                proxy,
                time,
                random,
                loggers.CreateLogger<Webhook>()),
            new(options, functionName, output, time, loggers.CreateLogger<Reporter>()));
        return new(Composition.Compose(ports, options, new AwsScope("", region), time, random, loggers), own);
    }

    // Lambda's own setting for the log level holds where LOG_LEVEL says nothing.
    private static Dictionary<string, string> WithLambdasLogLevel(IReadOnlyDictionary<string, string> environment)
    {
        var settings = new Dictionary<string, string>(environment);
        if (environment.GetValueOrDefault("AWS_LAMBDA_LOG_LEVEL") is { } level)
        {
            settings.TryAdd("LOG_LEVEL", level);
        }

        return settings;
    }

    private static void TellSettings(ILogger logger, DrainerOptions options, IReadOnlyDictionary<string, string> environment)
    {
        if (environment.GetValueOrDefault(ScaledTimeProvider.Variable) is { Length: > 0 } scale)
        {
            TimeIsScaled(logger, scale);
        }

        if (options.Unneeded.Count > 0)
        {
            NotNeeded(logger, options.Unneeded);
        }

        foreach (var sentence in options.Suspicious)
        {
            Suspicious(logger, sentence);
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Critical, Message = "Version {Version} of the function cannot start: {Problem}")]
    private static partial void CannotStart(ILogger logger, string version, string problem);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "DRAINER_TIME_SCALE is {Scale}: this process runs in simulated time. Never set it where nodes are real")]
    private static partial void TimeIsScaled(ILogger logger, string scale);

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "Ignored settings of AWS Node Termination Handler that have no effect here: {Names}")]
    private static partial void NotNeeded(ILogger logger, IReadOnlyList<string> names);

    [LoggerMessage(EventId = 104, Level = LogLevel.Warning, Message = "Unknown setting {Sentence}")]
    private static partial void Suspicious(ILogger logger, string sentence);

    [LoggerMessage(EventId = 105, Level = LogLevel.Information, Message = "Started version {Version}")]
    private static partial void Started(ILogger logger, string version);

    /// <summary>What lies beyond the process: the ways to AWS and to clusters, and the credentials for them.</summary>
    private sealed record Outside(HttpMessageHandler Aws, Func<AWSCredentials> Credentials, Func<EksCluster, HttpMessageHandler> Connect);

    /// <summary>Every invocation names the function, and with it its account: so that need not be asked for.</summary>
    private sealed class AccountAware(IInvocationHandler handler, OwnAccount own) : IInvocationHandler
    {
        public Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellationToken)
        {
            own.Learn(invocation.FunctionArn);
            return handler.HandleAsync(invocation, cancellationToken);
        }
    }
}
