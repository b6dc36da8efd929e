// Over 150 lines: address, trust and token of one connection change together.
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using DrainerFunction.Aws;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Scheduling;
using Microsoft.Extensions.Logging;

namespace DrainerFunction.ApiServer;

/// <summary>
/// The way to one API server: where it is and how it proves itself, as EKS describes it, and the token that it accepts. Both are
/// kept while they work; when they do not, they are asked for once more before it is reported.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the environment, and its connections close themselves when idle.")]
internal sealed partial class ClusterConnection(
    ClusterName name, EksCluster cluster, AwsRegion aws, Func<EksCluster, HttpMessageHandler> connect, TimeProvider time, ILogger logger)
{
    // A cluster that is down must not make every request a DescribeCluster.
    private static readonly TimeSpan DescribedLately = TimeSpan.FromSeconds(30);

    private readonly TokenCache _tokens = new(name, aws, time);
    private EksCluster _cluster = cluster;
    private HttpMessageInvoker _http = new(connect(cluster));
    private DateTimeOffset _describedAt = time.GetUtcNow();
    private SharedTask<bool>? _describing;
    private bool _saidVolumes;

    public string Name => name.Name;

    /// <summary>Attempts that were sent, repeats included.</summary>
    public long RequestsSent { get; private set; }

    /// <summary>Sends what <paramref name="ask"/> makes for the server's address; made anew for each attempt.</summary>
    /// <exception cref="ApiServerException">It could not be reached, or accepts no token of the function.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<Uri, HttpRequestMessage> ask, CancellationToken cancellationToken)
    {
        var answer = await ReachAsync(ask, cancellationToken);
        if (!await RejectsTokenAsync(answer, cancellationToken))
        {
            return answer;
        }

        answer.Dispose();
        TokenNotAccepted(Name);
        _tokens.Forget();
        answer = await ReachAsync(ask, cancellationToken);
        if (await RejectsTokenAsync(answer, cancellationToken) && await HasMovedAsync(cancellationToken))
        {
            // It is another cluster by now, which takes tokens of its own.
            answer.Dispose();
            _tokens.Forget();
            answer = await ReachAsync(ask, cancellationToken);
        }

        if (await RejectsTokenAsync(answer, cancellationToken))
        {
            answer.Dispose();
            throw new ApiServerException(
                ApiServerRefusal.Unauthorized, Name, "it rejected the function's token (401). The function's role needs an EKS access entry in this cluster.");
        }

        return answer;
    }

    // An admission policy or webhook may answer 401 of its own: it was asked after the token had been accepted. What was read can be read again.
    private static async Task<bool> RejectsTokenAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        answer.StatusCode is HttpStatusCode.Unauthorized && (await ApiAnswer.ReadAsync(answer, cancellationToken)).Status.Admission is null;

    /// <summary>Said once: the function works without, only less exactly.</summary>
    public void MayNotReadVolumes()
    {
        if (!_saidVolumes)
        {
            _saidVolumes = true;
            VolumesForbidden(Name);
        }
    }

    private async Task<bool> HasMovedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return time.GetUtcNow() - _describedAt >= DescribedLately && await Describing.GetAsync(cancellationToken);
        }
        catch (ApiServerException)
        {
            // EKS does not say; that the token is not accepted is what the operator needs to know.
            return false;
        }
    }

    private async Task<HttpResponseMessage> ReachAsync(Func<Uri, HttpRequestMessage> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await AttemptAsync(ask, cancellationToken);
        }
        catch (HttpRequestException unreached) when (IsBeforeTheRequest(unreached))
        {
            // Endpoint and authority may have moved; what was never sent may be sent again.
            if (time.GetUtcNow() - _describedAt < DescribedLately || !await Describing.GetAsync(cancellationToken))
            {
                throw Unreachable(unreached);
            }
        }
        catch (HttpRequestException broken)
        {
            throw Unreachable(broken);
        }

        try
        {
            return await AttemptAsync(ask, cancellationToken);
        }
        catch (HttpRequestException again)
        {
            throw Unreachable(again);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(Func<Uri, HttpRequestMessage> ask, CancellationToken cancellationToken)
    {
        var token = await _tokens.GetAsync(cancellationToken);
        using var request = ask(_cluster.Endpoint);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        request.Headers.TryAddWithoutValidation("User-Agent", FunctionVersion.Agent);
        RequestsSent++;
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException late) when (late.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // Only ConnectTimeout ends so: nothing was sent.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "no connection in time", late);
        }
    }

    /// <summary>Answers whether the address or the authority is another one now.</summary>
    private SharedTask<bool> Describing => _describing ??= new(DescribeAnewAsync);

    [SuppressMessage("Reliability", "CA2000", Justification = "As above: a watch may still read from the former one.")]
    private async Task<bool> DescribeAnewAsync()
    {
        try
        {
            _describedAt = time.GetUtcNow();
            if (await aws.Clusters.DescribeAsync(Name, CancellationToken.None) is not { } now || now == _cluster)
            {
                return false;
            }

            (_cluster, _http) = (now, new(connect(now)));
            Moved(Name, now.Endpoint);
            return true;
        }
        catch (AwsCallException refused)
        {
            throw ApiServerException.Of(refused, Name);
        }
    }

    private static bool IsBeforeTheRequest(HttpRequestException failure) => failure.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;

    private ApiServerException Unreachable(HttpRequestException failure) => new(
        ApiServerRefusal.Unreachable, Name, $"{_cluster.Endpoint} cannot be reached: {failure.InnerException?.Message ?? failure.Message}", cause: failure);

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Cluster {ClusterName} rejected the token; retrying with a new one")]
    private partial void TokenNotAccepted(string clusterName);

    [LoggerMessage(EventId = 124, Level = LogLevel.Warning, Message = "Cluster {ClusterName} does not let the function read persistent volumes and claims; apply deploy/rbac.yaml of this version there. Until then the wait for volumes to be detached goes by the number that the node reports")]
    private partial void VolumesForbidden(string clusterName);

    [LoggerMessage(EventId = 121, Level = LogLevel.Information, Message = "Cluster {ClusterName} has a new endpoint or certificate authority: {Endpoint}")]
    private partial void Moved(string clusterName, Uri endpoint);
}
